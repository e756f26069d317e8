import type { AttachmentRow, MessageRow, PreviewRow } from '../wire/rows.ts';
import type { SealedFile } from './sealed-file.ts';

/**
 * The files of a message as its sender says: the server only where they lie. One that it adds is none; one that it leaves out is there,
 * and cannot be had.
 */
export function openedFiles({ attachments }: MessageRow | PreviewRow, files: readonly SealedFile[] = []): AttachmentRow[] {
  const rows = Array.isArray(attachments) ? attachments : [];
  return files.map(({ id, name, mimeType, size, width, height, durationMs, blurhash, peaks, secret, prefix }) => ({
    id,
    path: rows.find((row) => row.id === id)?.path ?? '',
    name,
    mime_type: mimeType,
    size,
    width,
    height,
    duration_ms: durationMs,
    blurhash,
    sealed: { key: { secret, prefix }, peaks }
  }));
}
