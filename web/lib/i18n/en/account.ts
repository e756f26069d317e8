import { plural } from './plural.ts';

/** Settings of the account: picture, privacy, devices, sign-in, data, deletion. */
export const account = {
  picture: 'Picture',
  pictureChange: 'Change the picture',
  pictureRemove: 'Remove the picture',
  pictureHint: 'JPEG, PNG or WebP. It is cut square and made small on this device.',
  pictureBad: 'This file is no picture that can be read.',
  pictureSaved: 'Your picture is saved.',
  pictureRemoved: 'Your picture is removed.',

  privacy: 'Privacy',
  privacyText: 'What others learn of you.',
  privacyLoading: 'Loading your privacy settings',
  sharesPresence: 'Others see when you are there',
  sharesPresenceHint:
    'Online, away and last seen, for people in a conversation with you. Who follows it already may see it until their connection is renewed.',
  isFound: 'Others find you',
  isFoundHint: 'By a part of your name or handle, or by your e-mail address. Else by your whole handle only.',
  previewsLinks: 'Link previews',
  previewsLinksHint:
    'When you write a link, Parley’s server asks the page for its title and sends it along. Who reads it asks nobody. Not in encrypted conversations: the server would learn the link.',
  blocked: 'Blocked people',
  blockedText: 'What they write to you does not reach you. They are not told.',
  blockedLoading: 'Loading blocked people',
  blockedNone: 'You have blocked nobody.',
  blockedSince: (date: string) => `since ${date}`,

  devices: 'Devices',
  devicesText: 'Where you are signed in.',
  devicesLoading: 'Loading where you are signed in',
  thisOne: 'This device',
  unknownDevice: 'Unknown device',
  deviceName: (browser: string, system: string) => `${browser} on ${system}`,
  lastUsed: (when: string) => `Last used ${when}`,
  signedInSince: (date: string) => `signed in since ${date}`,
  endSession: 'Sign out',
  endSessionOf: (name: string) => `Sign out ${name}`,
  endOthers: 'Sign out everywhere else',
  endOthersTitle: 'Sign out everywhere else?',
  endOthersText: 'This device stays signed in. The others are signed out at the latest within an hour, when their pass runs out.',
  ended: 'It is signed out, at the latest within an hour.',
  othersEnded: 'You are signed out everywhere else, at the latest within an hour.',

  account: 'Account',
  email: 'E-mail',
  emailNow: (address: string) => `Your address is ${address}.`,
  emailNew: 'New e-mail address',
  emailChange: 'Change the address',
  emailSent: 'Two mails are on their way: to the old and to the new address. Once both are answered, it is changed.',
  password: 'Password',
  passwordText: 'A new one signs you out everywhere else.',
  passwordNew: 'New password',
  passwordRepeat: 'Once more',
  passwordDiffers: 'The two are not the same.',
  passwordChange: 'Change the password',
  passwordChanged: 'Your password is changed.',

  data: 'Your data',
  dataText:
    'All that is kept about you, as one JSON file: profile, messages, settings, devices and more. Pictures and files are named in it.',
  exportStart: 'Download your data',
  exporting: (entries: number) => plural(entries, { one: 'One entry so far …', other: `${entries} entries so far …` }),
  exported: (entries: number) =>
    plural(entries, { one: 'One entry is in the file.', other: `${entries} entries are in the file.` }),

  deletion: 'Delete the account',
  deletionText: 'For good. Nobody can bring it back.',
  deletionGoes: 'These go:',
  deletionPoints: [
    'your profile, your picture and your settings',
    'your place in conversations and teams; a team or group that you own gets another owner',
    'your bots and webhooks; what you sell is taken off the market, negotiations and deals that go on end'
  ],
  deletionStays: 'What you have said stays, without your name, unless you delete it too. In negotiations it always stays.',
  removeMessages: 'Delete my messages too',
  removeMessagesHint: 'Their words and files go for everybody, except in negotiations.',
  deletionConfirm: (handle: string) => `Type your handle to confirm: ${handle}`,
  deletionGo: 'Delete my account',
  deletionDone: 'Your account is deleted.',
  deletionGoesOn: 'You are signed out. What is left is deleted in the next minutes.',

  moderation: 'Moderation'
};
