const RANK: Readonly<Record<string, number>> = { active: 2, idle: 1 };

/** Of what several tabs of a device say of themselves, what the device says: active if any is. The first of equals. */
export function strongest<Said extends Readonly<Record<string, unknown>>>(said: readonly Said[]): Said | undefined {
  const rank = ({ state }: Said) => RANK[String(state)] ?? 0;
  return said.reduce<Said | undefined>((best, one) => (best && rank(best) >= rank(one) ? best : one), undefined);
}
