import type { LocalFile } from '#lib/chat/index.ts';
import { measureClip } from './clip.ts';
import { kindOf, sentType } from './kind.ts';
import { preparePicture } from './picture.ts';

/** A file as it is sent, with what can be found out of it. */
export async function prepare(file: File, original: boolean, types: ReadonlyMap<string, number> | null): Promise<LocalFile> {
  const mimeType = sentType(file.type, types);
  const plain = { blob: file, name: file.name || 'file', mimeType };
  // Also what only this browser shows (HEIC on some): for the others it becomes one that all show.
  if (file.type.startsWith('image/') && file.type !== 'image/svg+xml') {
    const picture = await preparePicture(file, original);
    return picture ? { ...picture, mimeType: sentType(picture.mimeType, types) } : plain;
  }
  const kind = kindOf(mimeType);
  if (kind === 'video') return { ...plain, ...(await measureClip(file, 'video')) };
  if (kind === 'sound') return { ...plain, ...(await measureClip(file, 'audio')) };
  return plain;
}
