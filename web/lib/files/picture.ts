import { encode } from 'blurhash';
import type { LocalFile } from '#lib/chat/index.ts';

/** Longest side of a picture that is sent, unless the original is. */
export const LONGEST_SIDE = 2048;
const QUALITY = 0.85;
/** A blurhash has hardly more detail than this. */
const HASH_SIDE = 32;

/** What a canvas can write: a picture of another type becomes the first. */
const WRITABLE = ['image/jpeg', 'image/png', 'image/webp'];
const ENDINGS: Record<string, string> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' };

export type Size = { width: number; height: number };

/** The size that a picture is sent in: never larger than it is, its sides in the same proportion. */
export function sizeToSend({ width, height }: Size, longest = LONGEST_SIDE): Size {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * A picture as it is sent: no larger than needed, turned upright, without what a camera writes into it (place, time, device); or the
 * original, byte by byte. Null when this browser cannot read it. An animation stays what it is.
 */
export async function preparePicture(file: File, original: boolean): Promise<LocalFile | null> {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return null;
  try {
    const { width, height } = bitmap;
    const blurhash = blurhashOf(bitmap);
    if (original || file.type === 'image/gif')
      return { blob: file, name: file.name, mimeType: file.type, width, height, blurhash };
    const size = sizeToSend(bitmap);
    const type = WRITABLE.includes(file.type) ? file.type : WRITABLE[0]!;
    const blob = await written(bitmap, size, type);
    // A browser that cannot write a type writes PNG.
    return { blob, name: renamed(file.name, blob.type), mimeType: blob.type, ...size, blurhash };
  } finally {
    bitmap.close();
  }
}

/** https://blurha.sh, of anything that can be drawn. */
export function blurhashOf(source: CanvasImageSource & Size): string {
  const { width, height } = sizeToSend(source, HASH_SIDE);
  const { data } = drawn(source, { width, height }).getContext('2d')!.getImageData(0, 0, width, height);
  return encode(data, width, height, 4, 3);
}

function drawn(source: CanvasImageSource, { width, height }: Size): HTMLCanvasElement {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d')!;
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, width, height);
  return canvas;
}

function written(source: CanvasImageSource, size: Size, type: string): Promise<Blob> {
  return new Promise((resolve, reject) =>
    drawn(source, size).toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('The picture could not be written.'))),
      type,
      QUALITY
    )
  );
}

/** With the ending that goes with its type. */
export function renamed(name: string, type: string): string {
  const ending = ENDINGS[type];
  if (!ending || (ending === 'jpg' ? /\.jpe?g$/i : new RegExp(`\\.${ending}$`, 'i')).test(name)) return name;
  return `${name.replace(/\.[^.]*$/, '')}.${ending}`;
}
