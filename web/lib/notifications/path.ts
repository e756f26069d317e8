/** Where a notification leads, if that is a page of this app: what the server names is not followed anywhere else. */
export function ownPath(url: string | null | undefined): string | null {
  if (!url || !URL.canParse(url, 'https://app.invalid')) return null;
  const { origin, pathname, search, hash } = new URL(url, 'https://app.invalid');
  return origin === 'https://app.invalid' ? `${pathname}${search}${hash}` : null;
}
