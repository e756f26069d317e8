/**
 * A part of a list that is as good a reason to fail as the whole: pieces are left out, large ones first, as long as it fails without
 * them. `tries` bounds how often that is asked.
 */
export async function shrink<T>(
  whole: readonly T[],
  fails: (part: readonly T[]) => Promise<boolean>,
  tries = 300
): Promise<readonly T[]> {
  let part = whole;
  let left = tries;
  for (let size = Math.ceil(part.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < part.length && left > 0; left -= 1) {
      const shorter = part.toSpliced(from, size);
      if (await fails(shorter)) part = shorter;
      else from += size;
    }
  }
  return part;
}
