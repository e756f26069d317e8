/** Conditional requests, RFC 9110 section 13: whether what the client has is still good. */

export interface Validators {
  /** Quoted, strong. */
  eTag: string | undefined;
  lastModified: Date | undefined;
}

interface ConditionHeaders {
  'if-none-match'?: string | undefined;
  'if-modified-since'?: string | undefined;
  'if-range'?: string | undefined;
}

/** Whether 304 is the answer. If-None-Match counts before If-Modified-Since, and compares weakly. */
export function isNotModified(headers: ConditionHeaders, { eTag, lastModified }: Validators): boolean {
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined) {
    const known = noneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    return known.includes('*') || (eTag !== undefined && known.includes(eTag));
  }
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && lastModified !== undefined && inSeconds(lastModified.getTime()) <= since;
}

/** Whether a part may be sent: only of the very bytes that the client began with. */
export function mayBePartial(headers: ConditionHeaders, { eTag, lastModified }: Validators): boolean {
  const condition = headers['if-range'];
  if (condition === undefined) return true;
  if (condition.includes('"')) return condition === eTag;
  return lastModified !== undefined && Date.parse(condition) === inSeconds(lastModified.getTime());
}

/** HTTP dates carry no fractions. */
function inSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
