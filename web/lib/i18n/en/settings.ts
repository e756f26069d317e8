import { plural } from './plural.ts';

/** Settings: the frame, appearance, language. */
export const settings = {
  title: 'Settings',
  pages: 'Pages of the settings',
  back: 'Back to the settings',
  profile: 'Profile',
  appearance: 'Appearance',
  theme: 'Theme',
  themeSystem: 'System',
  themeLight: 'Light',
  themeDark: 'Dark',
  language: 'Language',
  languageSystem: 'As in the browser',
  languageNote: 'What people write stays as they wrote it.',
  name: 'Name',
  handle: 'Handle',
  handleRule: 'Small letters, digits and _',
  profileSaved: 'Your profile is saved.',
  profileLoading: 'Loading your profile',
  thisDevice: 'This device',
  signOut: 'Sign out',
  signOutLosing: 'Sign out and lose them',
  stay: 'Stay',
  unsentTitle: 'Messages are waiting',
  unsent: (count: number) =>
    plural(count, {
      one: 'One message has not been sent yet. Signing out removes what is kept on this device.',
      other: `${count} messages have not been sent yet. Signing out removes what is kept on this device.`
    })
};
