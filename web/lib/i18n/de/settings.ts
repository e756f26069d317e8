import type { Words } from '../en.ts';
import { plural } from './plural.ts';

export const settings: Words['settings'] = {
  title: 'Einstellungen',
  pages: 'Seiten der Einstellungen',
  back: 'Zurück zu den Einstellungen',
  profile: 'Profil',
  appearance: 'Aussehen',
  theme: 'Farben',
  themeSystem: 'System',
  themeLight: 'Hell',
  themeDark: 'Dunkel',
  language: 'Sprache',
  languageSystem: 'Wie im Browser',
  languageNote: 'Was andere schreiben, bleibt, wie sie es geschrieben haben.',
  name: 'Name',
  handle: 'Kürzel',
  handleRule: 'Kleine Buchstaben, Ziffern und _',
  profileSaved: 'Dein Profil ist gespeichert.',
  profileLoading: 'Dein Profil wird geladen',
  thisDevice: 'Dieses Gerät',
  signOut: 'Abmelden',
  signOutLosing: 'Abmelden und sie verlieren',
  stay: 'Bleiben',
  unsentTitle: 'Nachrichten warten noch',
  unsent: (count) =>
    plural(count, {
      one: 'Eine Nachricht ist noch nicht gesendet. Beim Abmelden geht verloren, was auf diesem Gerät liegt.',
      other: `${count} Nachrichten sind noch nicht gesendet. Beim Abmelden geht verloren, was auf diesem Gerät liegt.`
    })
};
