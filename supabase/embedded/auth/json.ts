export type Json = Record<string, unknown>;

/** In an update of metadata both mean: remove the key. */
export const isAbsent = (value: unknown): boolean => value === null || value === undefined;
