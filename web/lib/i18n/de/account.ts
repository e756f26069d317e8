import type { Words } from '../en.ts';
import { plural } from './plural.ts';

export const account: Words['account'] = {
  picture: 'Bild',
  pictureChange: 'Bild ändern',
  pictureRemove: 'Bild entfernen',
  pictureHint: 'JPEG, PNG oder WebP. Es wird auf diesem Gerät quadratisch geschnitten und verkleinert.',
  pictureBad: 'Diese Datei ist kein lesbares Bild.',
  pictureSaved: 'Dein Bild ist gespeichert.',
  pictureRemoved: 'Dein Bild ist entfernt.',

  privacy: 'Privatsphäre',
  privacyText: 'Was andere über dich erfahren.',
  privacyLoading: 'Deine Privatsphäre wird geladen',
  sharesPresence: 'Andere sehen, wann du da bist',
  sharesPresenceHint:
    'Online, abwesend und zuletzt da, für Leute in einer Unterhaltung mit dir. Wer es schon verfolgt, sieht es womöglich, bis die Verbindung erneuert wird.',
  isFound: 'Andere finden dich',
  isFoundHint: 'Mit einem Teil deines Namens oder Kürzels oder mit deiner E-Mail-Adresse. Sonst nur mit dem ganzen Kürzel.',
  previewsLinks: 'Linkvorschau',
  previewsLinksHint:
    'Wenn du einen Link schreibst, fragt Parleys Server die Seite nach ihrem Titel und schickt ihn mit. Wer ihn liest, fragt niemanden. Nicht in verschlüsselten Unterhaltungen: der Server würde den Link erfahren.',
  blocked: 'Blockierte Leute',
  blockedText: 'Was sie dir schreiben, erreicht dich nicht. Sie erfahren es nicht.',
  blockedLoading: 'Blockierte Leute werden geladen',
  blockedNone: 'Du hast niemanden blockiert.',
  blockedSince: (date) => `seit ${date}`,

  devices: 'Geräte',
  devicesText: 'Wo du angemeldet bist.',
  devicesLoading: 'Deine Anmeldungen werden geladen',
  thisOne: 'Dieses Gerät',
  unknownDevice: 'Unbekanntes Gerät',
  deviceName: (browser, system) => `${browser} auf ${system}`,
  lastUsed: (when) => `Zuletzt benutzt ${when}`,
  signedInSince: (date) => `angemeldet seit ${date}`,
  endSession: 'Abmelden',
  endSessionOf: (name) => `${name} abmelden`,
  endOthers: 'Überall sonst abmelden',
  endOthersTitle: 'Überall sonst abmelden?',
  endOthersText:
    'Dieses Gerät bleibt angemeldet. Die anderen sind spätestens in einer Stunde abgemeldet, wenn ihr Ausweis abläuft.',
  ended: 'Es ist abgemeldet, spätestens in einer Stunde.',
  othersEnded: 'Du bist überall sonst abgemeldet, spätestens in einer Stunde.',

  account: 'Konto',
  email: 'E-Mail',
  emailNow: (address) => `Deine Adresse ist ${address}.`,
  emailNew: 'Neue E-Mail-Adresse',
  emailChange: 'Adresse ändern',
  emailSent: 'Zwei Mails sind unterwegs: an die alte und an die neue Adresse. Sind beide beantwortet, ist sie geändert.',
  password: 'Passwort',
  passwordText: 'Ein neues meldet dich überall sonst ab.',
  passwordNew: 'Neues Passwort',
  passwordRepeat: 'Noch einmal',
  passwordDiffers: 'Die beiden sind nicht gleich.',
  passwordChange: 'Passwort ändern',
  passwordChanged: 'Dein Passwort ist geändert.',

  data: 'Deine Daten',
  dataText:
    'Alles, was über dich gespeichert ist, als eine JSON-Datei: Profil, Nachrichten, Einstellungen, Geräte und mehr. Bilder und Dateien sind darin genannt.',
  exportStart: 'Deine Daten herunterladen',
  exporting: (entries) => plural(entries, { one: 'Ein Eintrag bisher …', other: `${entries} Einträge bisher …` }),
  exported: (entries) =>
    plural(entries, { one: 'Ein Eintrag ist in der Datei.', other: `${entries} Einträge sind in der Datei.` }),

  deletion: 'Konto löschen',
  deletionText: 'Für immer. Niemand kann es zurückholen.',
  deletionGoes: 'Das geht verloren:',
  deletionPoints: [
    'dein Profil, dein Bild und deine Einstellungen',
    'dein Platz in Unterhaltungen und Teams; was dir gehört, bekommt einen anderen Inhaber',
    'deine Bots und Webhooks; was du verkaufst, kommt vom Markt, laufende Verhandlungen und Käufe enden'
  ],
  deletionStays:
    'Was du gesagt hast, bleibt ohne deinen Namen stehen, wenn du es nicht mitlöschst. In Verhandlungen bleibt es immer.',
  removeMessages: 'Auch meine Nachrichten löschen',
  removeMessagesHint: 'Ihre Worte und Dateien verschwinden für alle, außer in Verhandlungen.',
  deletionConfirm: (handle) => `Tippe zur Bestätigung dein Kürzel: ${handle}`,
  deletionGo: 'Mein Konto löschen',
  deletionDone: 'Dein Konto ist gelöscht.',
  deletionGoesOn: 'Du bist abgemeldet. Was noch übrig ist, wird in den nächsten Minuten gelöscht.',

  moderation: 'Moderation'
};
