/** What a system message is about, ready to be put into a sentence. */
export type NoticeParts = {
  /** Who did it, as it begins a sentence: "You" or a name. */
  readonly who: string;
  /** Whether that is the reader. */
  readonly you: boolean;
  /** Whom it concerns, as its object: "Carol and you". */
  readonly whom: string;
  readonly title: string;
  /** One of the roles of a conversation. */
  readonly role: string;
  /** Money, written out. */
  readonly amount: string;
  /** A time span, written out; null for none. */
  readonly duration: string | null;
  /** Why it ended: see system_codes. */
  readonly reason: string;
  /** What happened to somebody's keys: see system_codes. */
  readonly change: string;
  /** Whether what can be on or off is on now. */
  readonly isOn: boolean;
};

const roles: Readonly<Record<string, string>> = { owner: 'the owner', admin: 'an admin', member: 'a member' };

const ends: Readonly<Record<string, string>> = {
  listing_sold: 'The negotiation has ended: it was sold to somebody else',
  listing_withdrawn: 'The negotiation has ended: the listing was withdrawn',
  account_deleted: 'The negotiation has ended: an account was deleted'
};

const keyChanges = (who: string, whose: string): Readonly<Record<string, string>> => ({
  device_added: `${who} added a device`,
  device_removed: `${who} removed a device`,
  identity: `${who} replaced ${whose} keys: compare the safety number again`
});

/** What has happened in a conversation, by the codes of the table system_codes, and who did it. */
export const notices = {
  you: 'You',
  youAsObject: 'you',
  somebody: 'Somebody',
  someone: 'Someone',
  somebodyAsObject: 'somebody',
  people: (count: number) => `${count} people`,
  andOthers: (names: string, count: number) => `${names} and ${count} others`,
  deleted: 'This message was deleted',
  unknown: 'Something happened here that this version of Parley has no words for',
  codes: {
    members_added: ({ who, whom }) => `${who} added ${whom}`,
    member_joined: ({ who }) => `${who} joined`,
    member_left: ({ who }) => `${who} left`,
    member_removed: ({ who, whom }) => `${who} removed ${whom}`,
    role_changed: ({ who, whom, role }) => `${who} made ${whom} ${roles[role] ?? role}`,
    renamed: ({ who, title }) => `${who} changed the title to “${title}”`,
    configured: ({ who }) => `${who} changed the settings`,
    disappearing_changed: ({ who, duration }) =>
      duration ? `${who} let messages disappear after ${duration}` : `${who} let messages stay from now on`,
    message_pinned: ({ who }) => `${who} pinned a message`,
    negotiation_started: ({ who, title }) => `${who} began to negotiate about “${title}”`,
    offer_made: ({ who, amount }) => `${who} offered ${amount}`,
    offer_countered: ({ who, amount }) => `${who} offered ${amount} instead`,
    offer_accepted: ({ who }) => `${who} accepted the offer`,
    offer_rejected: ({ who }) => `${who} rejected the offer`,
    offer_withdrawn: ({ who }) => `${who} withdrew the offer`,
    offer_expired: () => 'The offer has expired',
    negotiation_closed: ({ reason }) => ends[reason] ?? 'The negotiation has ended',
    deal_paid: ({ who }) => `${who} marked the deal as paid`,
    deal_completed: ({ who }) => `${who} completed the deal`,
    deal_cancelled: ({ who }) => `${who} cancelled the deal`,
    encryption_turned_on: ({ who }) => `${who} turned on encryption: from here on, only the members can read what is said`,
    keys_changed: ({ who, you, change }) =>
      keyChanges(who, you ? 'your' : 'their')[change] ?? `${who} changed ${you ? 'your' : 'their'} keys`,
    history_changed: ({ who, isOn }) =>
      isOn
        ? `${who} let new members read what was said before`
        : `${who} let new members read only what is said from their joining`,
    about_changed: ({ who }) => `${who} changed the details of the group`
  } satisfies Record<string, (parts: NoticeParts) => string>
};
