import type { Words } from '../en.ts';
import type { NoticeParts } from '../en/notices.ts';

const roles: Readonly<Record<string, string>> = { owner: 'zum Inhaber', admin: 'zum Admin', member: 'zum Mitglied' };

const ends: Readonly<Record<string, string>> = {
  listing_sold: 'Die Verhandlung ist zu Ende: Es wurde an jemand anderen verkauft',
  listing_withdrawn: 'Die Verhandlung ist zu Ende: Das Angebot wurde zurückgezogen',
  account_deleted: 'Die Verhandlung ist zu Ende: Ein Konto wurde gelöscht'
};

const has = ({ who, you }: NoticeParts) => `${who} ${you ? 'hast' : 'hat'}`;
const is = ({ who, you }: NoticeParts) => `${who} ${you ? 'bist' : 'ist'}`;

const keyChanges = (parts: NoticeParts): Readonly<Record<string, string>> => ({
  device_added: `${has(parts)} ein Gerät hinzugefügt`,
  device_removed: `${has(parts)} ein Gerät entfernt`,
  identity: `${has(parts)} neue Schlüssel: Vergleicht die Sicherheitsnummer noch einmal`
});

export const notices: Words['notices'] = {
  you: 'Du',
  youAsObject: 'dich',
  somebody: 'Jemand',
  someone: 'Jemand',
  somebodyAsObject: 'jemanden',
  people: (count) => `${count} Personen`,
  andOthers: (names, count) => `${names} und ${count} weitere`,
  deleted: 'Diese Nachricht wurde gelöscht',
  unknown: 'Hier ist etwas geschehen, wofür diese Version von Parley keine Worte hat',
  codes: {
    members_added: (parts) => `${has(parts)} ${parts.whom} hinzugefügt`,
    member_joined: (parts) => `${is(parts)} beigetreten`,
    member_left: (parts) => `${has(parts)} die Unterhaltung verlassen`,
    member_removed: (parts) => `${has(parts)} ${parts.whom} entfernt`,
    role_changed: (parts) => `${has(parts)} ${parts.whom} ${roles[parts.role] ?? parts.role} gemacht`,
    renamed: (parts) => `${has(parts)} den Titel in „${parts.title}“ geändert`,
    configured: (parts) => `${has(parts)} die Einstellungen geändert`,
    disappearing_changed: (parts) =>
      parts.duration
        ? `${has(parts)} eingestellt, dass Nachrichten nach ${parts.duration} verschwinden`
        : `${has(parts)} eingestellt, dass Nachrichten bleiben`,
    message_pinned: (parts) => `${has(parts)} eine Nachricht angeheftet`,
    negotiation_started: (parts) => `${has(parts)} eine Verhandlung über „${parts.title}“ begonnen`,
    offer_made: (parts) => `${has(parts)} ${parts.amount} geboten`,
    offer_countered: (parts) => `${has(parts)} stattdessen ${parts.amount} geboten`,
    offer_accepted: (parts) => `${has(parts)} das Gebot angenommen`,
    offer_rejected: (parts) => `${has(parts)} das Gebot abgelehnt`,
    offer_withdrawn: (parts) => `${has(parts)} das Gebot zurückgezogen`,
    offer_expired: () => 'Das Gebot ist abgelaufen',
    negotiation_closed: ({ reason }) => ends[reason] ?? 'Die Verhandlung ist zu Ende',
    deal_paid: (parts) => `${has(parts)} den Handel als bezahlt markiert`,
    deal_completed: (parts) => `${has(parts)} den Handel abgeschlossen`,
    deal_cancelled: (parts) => `${has(parts)} den Handel abgesagt`,
    encryption_turned_on: (parts) =>
      `${has(parts)} die Verschlüsselung eingeschaltet: Ab hier können nur die Mitglieder lesen, was gesagt wird`,
    keys_changed: (parts) => keyChanges(parts)[parts.change] ?? `${has(parts)} Schlüssel geändert`,
    history_changed: (parts) =>
      parts.isOn
        ? `${has(parts)} eingestellt, dass neue Mitglieder auch Früheres lesen`
        : `${has(parts)} eingestellt, dass neue Mitglieder erst ab ihrem Beitritt lesen`,
    about_changed: (parts) => `${has(parts)} die Angaben zur Gruppe geändert`
  }
};
