import type { Page } from '@playwright/test';

/** When what happens while another tab takes the lead, in milliseconds since this began to watch; of each the first in any of the tabs. */
export async function watchTakeover(pages: readonly Page[]) {
  const since = performance.now();
  const firsts = new Map<string, number>();
  const note = (what: string) => {
    if (!firsts.has(what)) firsts.set(what, Math.round(performance.now() - since));
  };
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
    note,
    parts: () => [...firsts].map(([what, ms]) => `${what} ${ms}`).join(', ')
  };
}
