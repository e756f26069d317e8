/** What the policies on `realtime.messages` grant somebody on a topic. Null: not asked yet. */

/** What a policy names in the column `extension`. `persistence` is only ever written: it lets a broadcast be stored. */
export type Extension = 'broadcast' | 'presence' | 'persistence';

export interface Rights {
  read: boolean | null;
  write: boolean | null;
}

export type Policies = Readonly<Record<Extension, Rights>>;

const UNKNOWN: Rights = { read: null, write: null };
const ALL: Rights = { read: true, write: true };

export const UNASKED: Policies = { broadcast: UNKNOWN, presence: UNKNOWN, persistence: UNKNOWN };

/** On a public channel everybody may do everything, except have it stored. */
export const PUBLIC: Policies = { broadcast: ALL, presence: ALL, persistence: { read: false, write: false } };

/** The policies with the answers to one question filled in: of the asked extensions, the granted ones. */
export function withAnswers(
  policies: Policies,
  right: keyof Rights,
  asked: readonly Extension[],
  granted: readonly Extension[]
): Policies {
  const answered = { ...policies };
  for (const extension of asked) answered[extension] = { ...answered[extension], [right]: granted.includes(extension) };
  return answered;
}

/** Either right to read lets one join. */
export function mayJoin({ broadcast, presence }: Policies): boolean {
  return broadcast.read === true || presence.read === true;
}

/** Whether a right to read that was held is gone. */
export function readRevoked(before: Policies, after: Policies): boolean {
  const lost = (extension: Extension) => before[extension].read === true && after[extension].read === false;
  return lost('broadcast') || lost('presence');
}
