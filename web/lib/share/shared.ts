/** What another app hands over through the system's own "Share with…": see share_target in the manifest. */
export type Shared = { readonly text: string; readonly files: readonly File[] };

/** Where the browser sends it to, and where a person then says which conversation it is for. */
export const SHARE_PATH = '/share';

/** The fields of that form. */
const FILES = 'files';
const CACHE = 'parley-shared';
const TEXT = `${SHARE_PATH}/text`;
const NAME = 'x-name';

/** Title, text and address as one text; what is empty or said already is left out. Apps put the same into several fields. */
export function sharedText(form: FormData): string {
  const said = ['title', 'text', 'url'].map((field) => form.get(field)).filter((value) => typeof value === 'string');
  const lines = said.map((line) => line.trim()).filter(Boolean);
  const says = (other: string, m: number, line: string, n: number) =>
    m !== n && other.includes(line) && (m < n || other.length > line.length);
  return lines.filter((line, n) => !lines.some((other, m) => says(other, m, line, n))).join('\n');
}

/** Keeps it on this device until the page takes it; what was shared before and not taken is gone. */
export async function keepShared(form: FormData, storage: CacheStorage = caches): Promise<void> {
  await storage.delete(CACHE);
  const cache = await storage.open(CACHE);
  const files = form.getAll(FILES).filter((value) => value instanceof File);
  await cache.put(TEXT, new Response(sharedText(form)));
  for (const [n, file] of files.entries()) {
    const headers = { 'content-type': file.type, [NAME]: encodeURIComponent(file.name) };
    await cache.put(`${SHARE_PATH}/${n}`, new Response(file, { headers }));
  }
}

/** What was shared last, once; null if nothing was. */
export async function takeShared(storage: CacheStorage = caches): Promise<Shared | null> {
  const cache = await storage.open(CACHE);
  const text = await (await cache.match(TEXT))?.text();
  const files: File[] = [];
  for (let n = 0, kept; (kept = await cache.match(`${SHARE_PATH}/${n}`)); n++) {
    const name = decodeURIComponent(kept.headers.get(NAME) ?? '');
    files.push(new File([await kept.blob()], name, { type: kept.headers.get('content-type') ?? '' }));
  }
  await storage.delete(CACHE);
  return text || files.length > 0 ? { text: text ?? '', files } : null;
}
