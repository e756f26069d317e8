/** Where to go after signing in: the page that was asked for, if it is one of ours. */
export function nextPage(url: Pick<URL, 'origin'> & { searchParams: Pick<URLSearchParams, 'get'> }): string {
  const next = url.searchParams.get('next') ?? '';
  const target = URL.canParse(next, url.origin) ? new URL(next, url.origin) : null;
  return target?.origin === url.origin && next.startsWith('/') ? target.pathname + target.search : '/chats';
}
