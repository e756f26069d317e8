import { t } from '#lib/i18n/words.svelte.ts';

/** How long somebody may be suspended: in hours, with what to call it. */
export const suspensions = () => [
  ...[1, 24].map((hours) => ({ value: String(hours), label: t.moderation.hours(hours) })),
  ...[7, 30, 365].map((days) => ({ value: String(days * 24), label: t.moderation.days(days) }))
];
