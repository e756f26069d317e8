/** What somebody posts to an incoming webhook: {"text": …} as JSON, or the same as the field `payload` of a form. */

/** The text to be said; undefined when there is none. */
export function textOf(body: string, contentType: string): string | undefined {
  const json = contentType.includes('application/x-www-form-urlencoded') ? new URLSearchParams(body).get('payload') : body;
  try {
    const content: unknown = JSON.parse(json ?? '');
    const text = typeof content === 'object' && content !== null ? (content as Record<string, unknown>)['text'] : undefined;
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Id and secret in a path that ends with `/incoming/<id>/<secret>`. */
export function addressOf(pathname: string): { id: string; secret: string } | undefined {
  const [, id = '', secret = ''] = /\/incoming\/([^/]+)\/([^/]+)\/?$/.exec(pathname) ?? [];
  return UUID.test(id) ? { id, secret } : undefined;
}

/** The id of the message, so that it can be posted again without being said twice; undefined for none. */
export function idempotencyKey(headers: Headers): string | undefined {
  const key = headers.get('idempotency-key') ?? '';
  return UUID.test(key) ? key : undefined;
}
