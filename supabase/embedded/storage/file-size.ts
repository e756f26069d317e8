/** Sizes as people write them, in powers of ten: `20MB`, `1.5GB`, `300b`. */
import { StorageError } from './errors.ts';

const SIZE = /^(\d+(?:\.\d+)?)(gb|mb|kb|b)$/i;
const BYTES: Record<string, number> = { gb: 1e9, mb: 1e6, kb: 1e3, b: 1 };

/** @throws {StorageError} invalid_request */
export function parseFileSize(size: string | number): number {
  if (typeof size === 'number') return size;
  const match = SIZE.exec(size);
  if (!match) throw new StorageError('invalid_request', 'Invalid file size format, hint: use 20GB / 20MB / 30KB / 3B');
  return Math.round(Number(match[1]) * BYTES[match[2]!.toLowerCase()]!);
}
