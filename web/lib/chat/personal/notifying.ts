import { derive } from '../derive.ts';
import { LiveValue, type Live } from '../live.ts';
import type { NotificationPreferenceRow, NotificationSettingsRow } from '../wire/personal.ts';
import { shownChannels, shownNotifying, UNTOUCHED } from './overlay-notifications.ts';
import type { Channels, Notifying, NotifyingSettings, NotifyingSettingsChange } from './personal.ts';
import type { PersonalBackend } from './personal-backend.ts';
import type { Rows } from './personal-record.ts';
import type { NotifyingChange } from './wish.ts';
import type { Wishes } from './wishes.ts';

export type NotifyingOptions = {
  settings: Live<Rows<'notification_settings'>>;
  preferences: Live<Rows<'notification_preferences'>>;
  wishes: Wishes;
  backend: PersonalBackend;
};

type Defaults = ReadonlyMap<string, Omit<NotificationPreferenceRow, 'revision'>>;
const CHANNELS = { inApp: 'in_app', push: 'push', email: 'email' } as const;
/** Equal times mean that there are no quiet hours. */
const NO_HOURS = '00:00';

/** When and how a person wants to be told, as they have said it. */
export function notifying({ settings, preferences, wishes, backend }: NotifyingOptions): Notifying {
  const defaults = new LiveValue<Defaults | null>(null);
  const row = derive([settings, wishes.items], shownNotifying);
  return {
    settings: derive([row], toSettings),
    channels: derive([preferences, wishes.items, defaults], (rows, items, known) =>
      known ? new Map([...shownChannels(rows, items, known)].map(([category, one]) => [category, toChannels(one)])) : null
    ),
    change: (change) => wishes.add({ type: 'notifying', change: toChange(change) }),
    snooze: (until) => wishes.add({ type: 'snooze', until: until?.toISOString() ?? null }),
    setChannel: (category, channel, on) => wishes.add({ type: 'channels', category, change: { [CHANNELS[channel]]: on } }),
    async load() {
      const categories = await backend.categories();
      defaults.set(new Map(categories.map((one) => [one.category, one])));
    }
  };
}

const toChannels = ({ in_app, push, email }: Omit<NotificationPreferenceRow, 'revision'>): Channels => ({
  inApp: in_app,
  push,
  email
});

const toSettings = (row: NotificationSettingsRow): NotifyingSettings => ({
  timeZone: row.time_zone,
  quietFrom: row.quiet_from?.slice(0, 5) ?? null,
  quietTo: row.quiet_to?.slice(0, 5) ?? null,
  quietDays: row.quiet_days,
  snoozedUntil: row.snoozed_until === null ? null : new Date(row.snoozed_until),
  digestAfter: row.digest_after,
  language: row.language,
  playsSound: row.plays_sound,
  showsContent: row.shows_content,
  untouched: row === UNTOUCHED
});

function toChange({
  timeZone,
  quietFrom,
  quietTo,
  quietDays,
  digestAfter,
  language,
  playsSound,
  showsContent
}: NotifyingSettingsChange): NotifyingChange {
  return {
    ...(timeZone !== undefined && { time_zone: timeZone }),
    ...(quietFrom !== undefined && { quiet_from: quietFrom ?? NO_HOURS }),
    ...(quietTo !== undefined && { quiet_to: quietTo ?? NO_HOURS }),
    ...(quietDays !== undefined && { quiet_days: [...quietDays] }),
    ...(digestAfter !== undefined && { digest_after: digestAfter ?? '0' }),
    ...(language !== undefined && { language }),
    ...(playsSound !== undefined && { plays_sound: playsSound }),
    ...(showsContent !== undefined && { shows_content: showsContent })
  };
}
