/** Media types: which a bucket takes, and how a list of them is written. */
import { StorageError } from './errors.ts';

const TYPE = /^([a-zA-Z0-9\-+.]+)\/([a-zA-Z0-9\-+.]+|\*)(;\s*charset=[a-zA-Z0-9-]+)?$|^\*$/;

/** @throws {StorageError} invalid_mime_type for an entry such as `image` in a bucket's list. */
export function checkMimeTypes(types: readonly string[]): void {
  for (const type of types) if (type.length > 1000 || !TYPE.test(type)) throw new StorageError('invalid_mime_type', type);
}

/** No list allows every type. `image/*` allows each subtype. @throws {StorageError} invalid_mime_type */
export function checkAllowed(type: string, allowed: readonly string[] | null): void {
  if (!allowed || allowed.length === 0) return;
  const [kind, subtype] = type.split('/');
  const fits = allowed.some((entry) => {
    const [allowedKind, allowedSubtype] = entry.split('/');
    return allowedKind === kind && (allowedSubtype === '*' || allowedSubtype === subtype);
  });
  if (!subtype || !fits) throw new StorageError('invalid_mime_type', type);
}
