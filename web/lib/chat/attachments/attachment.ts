import type { FileKey } from '../../e2ee/index.ts';
import { LiveValue, type Live } from '../live.ts';
import type { AttachmentRow } from '../wire/rows.ts';
import type { EntryFile } from './entry-file.ts';

/** A file of a message. */
export type Attachment = {
  /** The same before and after it is sent. */
  readonly id: string;
  /** Where it lies in Storage; null until its message is stored. */
  readonly path: string | null;
  readonly name: string;
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number;
  /** Of a picture or video, pixels; null when they are not known. */
  readonly width: number | null;
  readonly height: number | null;
  /** Of a sound or video. */
  readonly durationMs: number | null;
  /** What to show of a picture until it is there (https://blurha.sh). */
  readonly blurhash: string | null;
  /** Of a sound, how loud it is along its length, each 0 to 1; null when that is not known before it is there. */
  readonly peaks?: readonly number[] | null;
  /** What opens it; nothing for one that lies there as it is. */
  readonly key?: FileKey | null;
  /** How much of it is uploaded, 0 to 1; null for one that is stored. */
  readonly progress: Live<number> | null;
};

/** How much of a file of the outbox is uploaded. */
export type ProgressOf = (fileId: string) => Live<number>;
const nothing = new LiveValue(0);
export const noProgress: ProgressOf = () => nothing;

export function storedAttachment(row: AttachmentRow): Attachment {
  const { id, path, name, mime_type, size, width, height, duration_ms, blurhash, sealed } = row;
  return {
    id,
    path,
    name,
    mimeType: mime_type,
    size,
    width: width ?? null,
    height: height ?? null,
    durationMs: duration_ms ?? null,
    blurhash: blurhash ?? null,
    peaks: sealed?.peaks ?? null,
    key: sealed?.key ?? null,
    progress: null
  };
}

export function waitingAttachment(file: EntryFile, progress: Live<number> | null): Attachment {
  const { id, name, mimeType, size, width = null, height = null, durationMs = null, blurhash = null, peaks = null } = file;
  return { id, path: null, name, mimeType, size, width, height, durationMs, blurhash, peaks, progress };
}

export const sameAttachments = (a: readonly Attachment[], b: readonly Attachment[]): boolean =>
  a.length === b.length &&
  a.every(({ id, path, name, progress }, n) => {
    const other = b[n]!;
    return id === other.id && path === other.path && name === other.name && progress === other.progress;
  });
