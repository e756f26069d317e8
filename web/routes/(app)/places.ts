import type { Component } from 'svelte';
import Bell from '@lucide/svelte/icons/bell';
import MessagesSquare from '@lucide/svelte/icons/messages-square';
import Settings from '@lucide/svelte/icons/settings';
import Store from '@lucide/svelte/icons/store';
import Users from '@lucide/svelte/icons/users';
import UserSearch from '@lucide/svelte/icons/user-search';
import Search from '@lucide/svelte/icons/search';
import { t } from '#lib/i18n/words.svelte.ts';
import type { Messenger } from '#lib/state/messenger.svelte.ts';

export type Place = {
  readonly href: `/${string}`;
  readonly name: () => string;
  readonly icon: Component<{ size?: number }>;
  /** How much waits there for the person: shown as a badge. */
  readonly waiting?: (messenger: Messenger) => number;
  /** Where the phone's bar has no room: it is reached in another way there. */
  readonly onlyWide?: true;
  /** At the end of the rail. */
  readonly last?: true;
};

/** The parts of the app, in the order of the navigation: a rail at the side of a wide window, a bar below on a phone. */
export const places: readonly Place[] = [
  { href: '/chats', name: () => t.shell.chats, icon: MessagesSquare, waiting: (messenger) => messenger.conversations.unread },
  {
    href: '/notifications',
    name: () => t.shell.notifications,
    icon: Bell,
    waiting: (messenger) => messenger.notifications.unread
  },
  { href: '/teams', name: () => t.shell.teams, icon: Users },
  { href: '/people', name: () => t.shell.people, icon: UserSearch, onlyWide: true },
  { href: '/market', name: () => t.shell.market, icon: Store },
  { href: '/search', name: () => t.shell.search, icon: Search },
  { href: '/settings', name: () => t.shell.settings, icon: Settings, onlyWide: true, last: true }
];

/** The place that an address belongs to. */
export const placeOf = (pathname: string): Place | undefined =>
  places.find(({ href }) => pathname === href || pathname.startsWith(`${href}/`));

/** Whether an address is a place itself and not something within it: there the phone shows its bar. */
export const isTop = (pathname: string): boolean => places.some(({ href }) => pathname === href);
