import type { Words } from '../en.ts';

export const encryption: Words['encryption'] = {
  title: 'Verschlüsselung',
  intro:
    'In einer verschlüsselten Unterhaltung können nur ihre Mitglieder lesen, was gesagt wird: nicht der Server, und niemand, der seine Daten hat. Die Schlüssel bleiben auf deinen Geräten.',
  loading: 'Deine Schlüssel werden geladen',

  begin: 'Verschlüsselung einrichten',
  beginText:
    'Zuerst wählst du, was deine Nachrichten zurückbringt, wenn du dieses Gerät verlierst. Ohne das sind sie für immer weg.',
  withCode: 'Wiederherstellungscode',
  withCodeHint: 'Wird für dich gemacht: schreib ihn auf oder druck ihn aus.',
  withPassphrase: 'Passphrase',
  withPassphraseHint: 'Mehrere Wörter, die du behältst und niemand errät.',
  how: 'Was deine Sicherung öffnet',
  next: 'Weiter',
  codeTitle: 'Schreib diesen Code auf',
  codeText: 'Bewahr ihn auf, wo ihn sonst niemand findet. Er wird nur jetzt gezeigt.',
  codeAgain: 'Code eintippen',
  codeAgainHint: 'Damit sicher ist, dass er dort stimmt, wo du ihn aufgeschrieben hast.',
  codeWrong: 'Das ist nicht der Code. Sieh nach, wo du ihn aufgeschrieben hast.',
  passphrase: 'Passphrase',
  passphraseShort: 'Mindestens 12 Zeichen: mehrere Wörter.',
  passphraseAgain: 'Passphrase noch einmal eintippen',
  passphraseDiffers: 'Die beiden sind nicht gleich.',
  finish: 'Fertig',
  isSetUp: 'Die Verschlüsselung ist eingerichtet.',

  elsewhereTitle: 'Dieser Browser kann deine verschlüsselten Nachrichten noch nicht lesen',
  elsewhereText: 'Deine Schlüssel sind auf einem anderen Gerät. Lass dieses hier ein.',
  wasTitle: 'Dieser Browser wurde von deinen Geräten entfernt',
  wasText: 'Er liest nichts, was seither gesagt wurde. Du kannst ihn wieder einlassen.',
  ask: 'Ein anderes Gerät fragen',
  askHint: 'Du vergleichst eine Nummer auf beiden.',
  restore: 'Wiederherstellungscode oder Passphrase benutzen',
  typed: 'Wiederherstellungscode oder Passphrase',
  restoreGo: 'Sicherung öffnen',
  wrongSecret: 'Das öffnet deine Sicherung nicht.',
  startOver: 'Mit neuen Schlüsseln von vorn anfangen',
  startOverText:
    'Nur wenn sonst nichts übrig ist: was in verschlüsselten Unterhaltungen gesagt wurde, bleibt dir verschlossen, deinen anderen Geräten wird nicht mehr vertraut, und alle, denen du schreibst, erfahren, dass sich deine Schlüssel geändert haben.',

  askingTitle: 'Vergleich diese Nummer',
  askingText:
    'Öffne Parley auf deinem anderen Gerät: Einstellungen, Verschlüsselung. Es zeigt dieselbe Nummer und lässt dieses hier ein.',
  askingAgreed: 'Dein anderes Gerät hat zugestimmt. Ist die Nummer auf beiden gleich?',
  same: 'Sie ist gleich',
  notSame: 'Sie ist nicht gleich',
  giveUp: 'Nicht mehr fragen',
  letIn: 'Dieses Gerät ist eingelassen.',

  requestTitle: (label) => `${label} möchte eingelassen werden`,
  requestText: 'Bist du das? Lass es nur ein, wenn es genau diese Nummer zeigt.',
  requestYes: 'Gleich: einlassen',
  requestNo: 'Ablehnen',

  behindTitle: 'Die Sicherung auf diesem Gerät ist veraltet',
  behindText: 'Ein anderes Gerät hat eine neue angefangen. Tipp ein, was sie öffnet.',
  devices: 'Geräte, die deine verschlüsselten Nachrichten lesen',
  thisDevice: 'Dieses Gerät',
  added: (when) => `Eingelassen am ${when}`,
  unnamed: 'Ein Gerät',
  removeDevice: 'Entfernen',
  removeTitle: (label) => `${label} entfernen?`,
  removeText:
    'Es liest nichts, was von jetzt an gesagt wird. Was deine Sicherung geöffnet hat, kennt es vielleicht; darum wählst du etwas Neues.',
  removed: 'Das Gerät ist entfernt.',
  distrusted:
    'Der Server zeigt eine andere Vergangenheit deiner Schlüssel als zuvor. Bis das geklärt ist, wird nichts verschlüsselt und nichts geöffnet.',

  turnOn: 'Verschlüsselung einschalten',
  turnOnText:
    'Von da an können nur die Mitglieder lesen, was hier gesagt wird. Das lässt sich nicht wieder ausschalten. Was vorher gesagt wurde, bleibt, wie es ist.',
  off: 'Dort nicht möglich: Dateien und Sprachnachrichten, Umfragen, geplante Nachrichten, Weiterleiten und die Suche auf dem Server.',
  needsSetUp: 'Richte zuerst die Verschlüsselung ein.',
  toSetUp: 'Zu den Einstellungen',
  someWithout: 'Manche Mitglieder haben die Verschlüsselung nicht eingerichtet. Sie lesen nur, was danach gesagt wird.',
  turnOnAnyway: 'Trotzdem einschalten',
  isOn: 'Die Verschlüsselung ist an. Sie lässt sich nicht ausschalten.',
  history: 'Neue Mitglieder sehen, was vorher gesagt wurde',
  historyHint:
    'Mitglieder, die da sind, geben ihnen die Schlüssel: zu allem, was verschlüsselt gesagt wurde. Was jemand bekommen hat, lässt sich nicht zurückholen.',
  historyWho: 'Inhaber und Admins können es ändern.',
  safety: 'Sicherheitsnummer',
  safetyText: (name) =>
    `Vergleich diese Nummer mit ${name}, nebeneinander oder am Telefon, nicht in diesem Chat. Ist sie gleich, steht niemand zwischen euch.`,
  safetyNone: (name) => `${name} hat die Verschlüsselung noch nicht eingerichtet.`,
  verified: 'Du hast sie verglichen.',
  changed: (name) => `Die Schlüssel von ${name} haben sich geändert, seit du sie verglichen hast. Vergleich sie noch einmal.`,
  markVerified: 'Sie ist gleich',
  unverify: 'Ich bin nicht mehr sicher'
};
