import { sameBytes } from '../../e2ee/bytes.ts';
import { checkEpoch, Distrusted, epochHash, type Epoch, type PersonKeys } from '../../e2ee/index.ts';

/**
 * Which epochs may be believed of those that follow what is known, in order: each names the one before by its hash, and the newest is
 * checked in full. So whoever made the newest one, a device of a member, vouches for all before it. Throws Distrusted.
 */
export async function followEpochs(
  known: Epoch | null,
  fresh: readonly Epoch[],
  people: ReadonlyMap<string, PersonKeys>
): Promise<void> {
  let before = known;
  for (const epoch of fresh) {
    const expected = before ? await epochHash(before) : new Uint8Array();
    if (epoch.number !== (before?.number ?? 0) + 1 || !sameBytes(epoch.previous, expected))
      throw new Distrusted('misplaced', 'This epoch does not follow the one before.');
    before = epoch;
  }
  const newest = fresh.at(-1);
  if (!newest) return;
  await checkEpoch(newest, fresh.at(-2) ?? known, people);
}
