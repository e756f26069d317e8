const URL_MAX = 2_000;

/** The address in a request's body, {url}; undefined when it is none that a page of the Web can have. */
export function askedUrl(body: string): { text: string; url: URL } | undefined {
  const text = textIn(body);
  if (text === undefined || text.length > URL_MAX || !/^https?:\/\//.test(text)) return undefined;
  const url = URL.parse(text);
  return url ? { text, url } : undefined;
}

function textIn(body: string): string | undefined {
  try {
    const { url } = JSON.parse(body) as { url?: unknown };
    return typeof url === 'string' ? url : undefined;
  } catch {
    return undefined;
  }
}
