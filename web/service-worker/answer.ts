import { SHARE_PATH } from '../lib/share/shared.ts';

/** The page that every address of the app starts from; its own, so that it is the same whichever address was opened first. */
export const SHELL = '/200.html';

type Asked = {
  readonly method: string;
  readonly mode: string;
  readonly url: URL;
  readonly ownOrigin: string;
  /** Paths of the app's files. */
  readonly files: ReadonlySet<string>;
};

/**
 * Where an answer comes from. kept: from this device, the name of the file says its content. page: from the network, or else the
 * kept page. shared: another app hands something over. network: as if there were no service worker.
 */
export function answerFor({ method, mode, url, ownOrigin, files }: Asked): 'kept' | 'page' | 'shared' | 'network' {
  if (method === 'POST' && mode === 'navigate' && url.origin === ownOrigin && url.pathname === SHARE_PATH) return 'shared';
  if (method !== 'GET' || url.origin !== ownOrigin) return 'network';
  if (mode === 'navigate') return 'page';
  return files.has(url.pathname) ? 'kept' : 'network';
}
