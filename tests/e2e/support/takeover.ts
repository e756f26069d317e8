import type { Page } from '@playwright/test';
import { tabsName } from '../../../web/lib/chat/tabs/tabs.ts';

/**
 * When what happens while another tab of a person takes the lead, in milliseconds since this was told that the last one goes; of each
 * the first in any of the tabs.
 */
export async function watchTakeover(pages: readonly Page[], userId: string) {
  let since = Date.now();
  const firsts = new Map<string, number>();
  const note = (what: string) => {
    if (!firsts.has(what)) firsts.set(what, Date.now() - since);
  };
  await Promise.all(
    pages.map(async (page) => {
      await page.exposeFunction('takeoverSeen', (at: number) => firsts.set('another tab leads', at - since));
      await page.evaluate(hearsWhoLeads, tabsName(userId));
    })
  );
  for (const page of pages) {
    page.on('request', (request) => {
      if (request.url().endsWith('/rpc/sync')) note('sync() is asked');
    });
    page.on('response', (response) => {
      if (response.url().endsWith('/rpc/sync')) note('sync() has answered');
    });
    page.on('websocket', (socket) => {
      if (!socket.url().includes('/realtime/')) return;
      note('a socket is opened');
      socket.on('framesent', ({ payload }) => {
        if (payload.includes('"phx_join"')) note('the first topic is asked for');
      });
      socket.on('framereceived', ({ payload }) => {
        if (payload.includes('"phx_reply"') && payload.includes('postgres_changes')) note('it is joined');
      });
    });
  }
  return {
    begins() {
      firsts.clear();
      since = Date.now();
    },
    note,
    parts: () => [...firsts].map(([what, ms]) => `${what} ${ms}`).join(', ')
  };
}

/** In the page: the tabs tell each other who leads. */
function hearsWhoLeads(name: string): void {
  const { takeoverSeen } = globalThis as unknown as { takeoverSeen: (at: number) => void };
  new BroadcastChannel(name).addEventListener('message', ({ data }: MessageEvent<{ type: string }>) => {
    if (data.type === 'leading') takeoverSeen(Date.now());
  });
}
