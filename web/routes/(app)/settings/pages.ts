import type { Component } from 'svelte';
import Bell from '@lucide/svelte/icons/bell';
import LockKeyhole from '@lucide/svelte/icons/lock-keyhole';
import KeyRound from '@lucide/svelte/icons/key-round';
import Languages from '@lucide/svelte/icons/languages';
import MonitorSmartphone from '@lucide/svelte/icons/monitor-smartphone';
import Palette from '@lucide/svelte/icons/palette';
import Shield from '@lucide/svelte/icons/shield';
import UserRound from '@lucide/svelte/icons/user-round';
import { t } from '#lib/i18n/words.svelte.ts';

export type SettingsPage = {
  readonly href: `/settings/${string}`;
  readonly name: () => string;
  readonly icon: Component<{ size?: number }>;
};

/** The pages of the settings, in the order of their list. */
export const settingsPages: readonly SettingsPage[] = [
  { href: '/settings/profile', name: () => t.settings.profile, icon: UserRound },
  { href: '/settings/notifications', name: () => t.shell.notifications, icon: Bell },
  { href: '/settings/privacy', name: () => t.account.privacy, icon: Shield },
  { href: '/settings/devices', name: () => t.account.devices, icon: MonitorSmartphone },
  { href: '/settings/encryption', name: () => t.chatMenu.encryption, icon: LockKeyhole },
  { href: '/settings/account', name: () => t.account.account, icon: KeyRound },
  { href: '/settings/appearance', name: () => t.settings.appearance, icon: Palette },
  { href: '/settings/language', name: () => t.settings.language, icon: Languages }
];
