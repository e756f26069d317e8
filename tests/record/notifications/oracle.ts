/**
 * What becomes of a push or a mail, said a second time and otherwise than in SQL: the time zones by Intl, the rules as a list of
 * which the first that applies decides.
 */

export interface Hours {
  timeZone: string;
  /** Minutes since midnight; null for no quiet hours. */
  quietFrom: number | null;
  quietTo: number | null;
  /** 1 is Monday, 7 Sunday. */
  quietDays: number[];
  /** Milliseconds since 1970. */
  snoozedUntil: number | null;
}

/** Everything that a decision may depend on. Times are milliseconds since 1970. */
export interface Facts {
  channel: 'push' | 'email';
  kind: 'message' | 'mention' | 'invitation';
  isUrgent: boolean;
  isMember: boolean;
  hasJoinedAfter: boolean;
  hasRead: boolean;
  isDeleted: boolean;
  expiresAt: number | null;
  isBlocked: boolean;
  isWanted: boolean;
  level: 'all' | 'mentions' | 'nothing';
  mutedUntil: number | null;
  hasDevice: boolean;
  hasAddress: boolean;
  looking: { state: 'active' | 'idle' | 'offline'; here: boolean; seenAt: number } | null;
  hours: Hours;
  notification: { isRead: boolean; isArchived: boolean; isAcknowledged: boolean };
  at: number;
}

export interface Decision {
  verdict: 'send' | 'hold' | 'cancel';
  rule: string;
  until: number | null;
}

const PRESENCE_TTL_MS = 60_000;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export function decide(facts: Facts): Decision {
  const isMessage = facts.kind === 'message';
  const inConversation = facts.kind !== 'invitation';
  const { notification, looking, at } = facts;
  const hasGone = facts.isDeleted || (facts.expiresAt !== null && facts.expiresAt <= at);
  const until = heldUntil(facts.hours, at);
  const isSnoozed = facts.hours.snoozedUntil !== null && facts.hours.snoozedUntil > at;
  const isLooking = looking?.state === 'active' && looking.here && looking.seenAt > at - PRESENCE_TTL_MS;

  const rules: [string, boolean][] = [
    ['left', inConversation && !facts.isMember],
    ['read', isMessage && facts.hasRead],
    ['left', isMessage && facts.hasJoinedAfter],
    ['gone', isMessage && hasGone],
    ['blocked', isMessage && facts.isBlocked],
    ['acknowledged', !isMessage && notification.isAcknowledged],
    ['archived', !isMessage && notification.isArchived && !facts.isUrgent],
    ['read', !isMessage && notification.isRead && !facts.isUrgent],
    ['gone', facts.kind === 'mention' && hasGone],
    ['blocked', !isMessage && facts.isBlocked],
    ['preference', !facts.isWanted],
    ['level', inConversation && !facts.isUrgent && (facts.level === 'nothing' || (isMessage && facts.level === 'mentions'))],
    ['muted', inConversation && !facts.isUrgent && facts.mutedUntil !== null && facts.mutedUntil > at],
    ['no_address', facts.channel === 'email' && !facts.hasAddress],
    ['no_device', facts.channel === 'push' && !facts.hasDevice],
    ['looking', facts.channel === 'push' && inConversation && !facts.isUrgent && isLooking]
  ];
  const rule = rules.find(([, applies]) => applies)?.[0];
  if (rule) return { verdict: 'cancel', rule, until: null };
  if (facts.channel === 'push' && !facts.isUrgent && until !== null) {
    return { verdict: 'hold', rule: isSnoozed ? 'snoozed' : 'quiet_hours', until };
  }
  return { verdict: 'send', rule: 'sending', until: null };
}

/** Until when pushes wait; null if they need not. */
export function heldUntil(hours: Hours, at: number): number | null {
  const awake = Math.max(hours.snoozedUntil ?? at, at);
  const free = quietUntil(hours, awake) ?? awake;
  return free > at ? free : null;
}

function quietUntil({ timeZone, quietFrom, quietTo, quietDays }: Hours, at: number): number | null {
  if (quietFrom === null || quietTo === null) return null;
  const today = Math.floor((at + offsetAt(timeZone, at)) / DAY_MS) * DAY_MS;
  const ends = [today - DAY_MS, today]
    .filter((day) => quietDays.includes(weekday(day)))
    .map((day) => ({
      from: instantOf(timeZone, day + quietFrom * MINUTE_MS),
      to: instantOf(timeZone, day + (quietTo <= quietFrom ? DAY_MS : 0) + quietTo * MINUTE_MS)
    }))
    .filter(({ from, to }) => from <= at && at < to)
    .map(({ to }) => to);
  return ends.length > 0 ? Math.max(...ends) : null;
}

/** 1970 began on a Thursday. */
const weekday = (day: number) => ((((day / DAY_MS + 3) % 7) + 7) % 7) + 1;

/** What the clock on the wall shows, as if it were UTC, to the instant: a time that there is twice is the later one, one that there is not that much later. */
function instantOf(timeZone: string, wall: number): number {
  const before = offsetAt(timeZone, wall - DAY_MS);
  const after = offsetAt(timeZone, wall + DAY_MS);
  const instants = [wall - before, wall - after].filter((instant) => instant + offsetAt(timeZone, instant) === wall);
  return instants.length > 0 ? Math.max(...instants) : wall - before;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds that the clocks of a zone are ahead of UTC at an instant. */
function offsetAt(timeZone: string, instant: number): number {
  let format = formats.get(timeZone);
  if (!format) {
    const parts = {
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric'
    } as const;
    formats.set(timeZone, (format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', era: 'short', ...parts })));
  }
  const shown = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const wall = Date.UTC(shown.year!, shown.month! - 1, shown.day!, shown.hour!, shown.minute!, shown.second!);
  return wall - Math.floor(instant / 1000) * 1000;
}
