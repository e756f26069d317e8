/** Which names buckets and objects may have: what S3 takes without special care, as in the real service. */
import { StorageError } from './errors.ts';

const BUCKET_NAME = /^[A-Za-z0-9_!.*'() &$=@;:+,?-]{1,100}$/;
const OBJECT_NAME = /^[A-Za-z0-9_/!.*'() &$=@;:+,?-]+$/;

/** @throws {StorageError} invalid_bucket_name */
export function checkBucketName(name: string): void {
  if (!BUCKET_NAME.test(name) || name.trim() !== name) throw new StorageError('invalid_bucket_name');
}

/**
 * Files lie under ids and not under these names, so that no name can reach out of the store. Names with `.` and `..` as
 * a folder are refused all the same: policies compare folders by name, and a URL would resolve them to another object's.
 * @throws {StorageError} invalid_key
 */
export function checkObjectName(name: string): void {
  const climbs = name.split('/').some((part) => part === '.' || part === '..');
  if (!OBJECT_NAME.test(name) || climbs) throw new StorageError('invalid_key', name);
}
