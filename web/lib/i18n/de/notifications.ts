import type { Words } from '../en.ts';
import { plural } from './plural.ts';

export const notifications: Words['notifications'] = {
  show: 'Anzeigen',
  dismiss: 'Ausblenden',
  acknowledge: 'Ich habe es gesehen',
  several: (count) => plural(count, { one: `${count} neue Mitteilung`, other: `${count} neue Mitteilungen` }),

  filter: 'Welche Mitteilungen',
  all: 'Alle',
  unread: 'Ungelesen',
  archived: 'Archiviert',
  unreadCount: (count) => `${count} ungelesen`,
  category: 'Kategorie',
  everyCategory: 'Alle Kategorien',
  markAllRead: 'Alle als gelesen markieren',
  settings: 'Einstellungen für Mitteilungen',
  loading: 'Deine Mitteilungen werden geladen',
  none: 'Noch nichts da',
  noneText: 'Wenn dich jemand erwähnt, dir antwortet oder dir ein Angebot macht, liest du es hier.',
  noneUnread: 'Alles gelesen',
  noneUnreadText: 'Es wartet nichts auf dich.',
  noneArchived: 'Nichts weggelegt',
  noneArchivedText: 'Was du archivierst, findest du hier.',
  more: (count) => `und ${count} weitere`,
  isUnread: 'Ungelesen',
  actions: 'Was damit geschehen soll',
  markRead: 'Als gelesen markieren',
  markUnread: 'Als ungelesen markieren',
  archive: 'Archivieren',
  unarchive: 'Zurückholen',

  categories: {
    message: 'Nachrichten',
    mention: 'Erwähnungen',
    reply: 'Antworten',
    reaction: 'Reaktionen',
    invitation: 'Einladungen',
    membership: 'Rollen',
    offer: 'Angebote',
    deal: 'Geschäfte',
    report: 'Meldungen',
    security: 'Sicherheit',
    integration: 'Integrationen',
    announcement: 'Ankündigungen'
  },

  push: 'Auf diesem Gerät',
  pushText:
    'Parley kann dir von Nachrichten berichten, während es geschlossen ist. Dein Browser fragt dich einmal, ob es das darf.',
  pushOn: 'Dieser Browser bekommt Mitteilungen, auch während Parley geschlossen ist.',
  pushDenied:
    'Dein Browser lässt keine Mitteilungen von Parley zu. In seinen Einstellungen für diese Seite kannst du das ändern.',
  pushUnsupported:
    'Dieser Browser kann keine Mitteilungen bekommen, oder dieser Server sendet keine. Auf einem iPhone musst du Parley erst auf den Home-Bildschirm legen.',
  pushEnable: 'Einschalten',
  pushDisable: 'Ausschalten',
  pushFailed: 'Dein Browser konnte nicht angemeldet werden. Versuch es später noch einmal.',
  devices: 'Geräte, die Mitteilungen bekommen',
  unnamedDevice: 'Ein Gerät',
  deviceSeen: (when) => `Zuletzt da: ${when}`,
  deviceFailing: 'Nimmt gerade nichts an',
  test: 'Testen',
  tested: 'Ein Test ist unterwegs.',
  removeDevice: 'Entfernen',

  channels: 'Wovon du erfährst',
  channelsText: 'Für jede Art: in der App, auf deinen Geräten und per E-Mail, wenn es ungelesen bleibt.',
  channelsFailed: 'Die Liste konnte nicht geladen werden.',
  inApp: 'In der App',
  onDevices: 'Push',
  byMail: 'E-Mail',

  hours: 'Ruhezeiten',
  hoursText: 'Push-Mitteilungen warten, bis sie vorbei sind. Dringendes kommt trotzdem.',
  hoursOn: 'Ruhezeiten einhalten',
  from: 'Von',
  to: 'Bis',
  timeZone: 'Zeitzone',
  days: 'An diesen Tagen',

  snooze: 'Pause',
  snoozeText: 'Hält Push-Mitteilungen eine Weile zurück.',
  snoozeHour: 'Eine Stunde lang',
  snoozeMorning: 'Bis morgen früh',
  snoozeWeek: 'Eine Woche lang',
  snoozedUntil: (when) => `Zurückgehalten bis ${when}.`,
  snoozeEnd: 'Beenden',

  rest: 'Weiteres',
  showsContent: 'Zeigen, was geschrieben wurde',
  showsContentHint: 'Push-Mitteilungen enthalten den Text, für alle, die deinen Sperrbildschirm sehen.',
  playsSound: 'Ton abspielen',
  playsSoundHint: 'Einmal, in einem Tab, und nicht, während du Parley ansiehst.',
  digest: 'E-Mail über das, was ungelesen bleibt',
  digestAfter: {
    '00:15:00': 'Nach 15 Minuten',
    '01:00:00': 'Nach einer Stunde',
    '1 day': 'Nach einem Tag',
    '7 days': 'Nach einer Woche'
  },
  digestNever: 'Nie'
};
