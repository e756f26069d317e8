/** Makes what a browser is to show fit: push services carry 4 kB, and the encryption takes its part. */

/** What the service worker is given; of it, only the two texts may be shortened. */
export interface Payload {
  title?: string;
  body?: string;
  [name: string]: unknown;
}

export const PAYLOAD_MAX_BYTES = 3072;

const MORE = '…';

const bytesOf = (text: string) => new TextEncoder().encode(text);
/** As it stands in JSON, without the quotes. */
const bytesInJson = (text: string) => bytesOf(JSON.stringify(text)).length - 2;

/** The payload as JSON, its body shortened if need be, then its title; undefined when it does not fit even so. */
export function fitted(payload: Payload, maxBytes = PAYLOAD_MAX_BYTES): string | undefined {
  let { title = '', body = '' } = payload;
  const whole = JSON.stringify(payload);
  if (bytesOf(whole).length <= maxBytes) return whole;
  const rest = maxBytes - bytesOf(JSON.stringify({ ...payload, title: '', body: '' })).length;
  if (rest < 0) return undefined;
  body = shortened(body, rest - bytesInJson(title));
  title = shortened(title, rest - bytesInJson(body));
  return JSON.stringify({ ...payload, title, body });
}

/** Cut between two characters as people see them: an emoji of several code points is kept or dropped as one. */
function shortened(text: string, maxBytes: number): string {
  if (bytesInJson(text) <= maxBytes) return text;
  let left = maxBytes - bytesInJson(MORE);
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    left -= bytesInJson(segment);
    if (left < 0) break;
    kept += segment;
  }
  return maxBytes < bytesInJson(MORE) ? '' : kept.trimEnd() + MORE;
}
