/** What the policies on `realtime.messages` grant somebody on a topic. Null: not asked yet. */

export type Extension = 'broadcast' | 'presence';

export interface Policies {
  broadcast: { read: boolean | null; write: boolean | null };
  presence: { read: boolean | null; write: boolean | null };
}

export const UNASKED: Policies = { broadcast: { read: null, write: null }, presence: { read: null, write: null } };

/** On a public channel everybody may do everything. */
export const PUBLIC: Policies = { broadcast: { read: true, write: true }, presence: { read: true, write: true } };

/** The policies with the answers to one question filled in: of the asked extensions, the granted ones. */
export function withAnswers(
  policies: Policies,
  right: 'read' | 'write',
  asked: readonly Extension[],
  granted: readonly Extension[]
): Policies {
  const answered = { broadcast: { ...policies.broadcast }, presence: { ...policies.presence } };
  for (const extension of asked) answered[extension][right] = granted.includes(extension);
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
