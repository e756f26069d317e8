import type { Component } from 'svelte';
import AtSign from '@lucide/svelte/icons/at-sign';
import Bell from '@lucide/svelte/icons/bell';
import Flag from '@lucide/svelte/icons/flag';
import HandCoins from '@lucide/svelte/icons/hand-coins';
import Handshake from '@lucide/svelte/icons/handshake';
import MailPlus from '@lucide/svelte/icons/mail-plus';
import Megaphone from '@lucide/svelte/icons/megaphone';
import MessageSquareReply from '@lucide/svelte/icons/message-square-reply';
import Plug from '@lucide/svelte/icons/plug';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import SmilePlus from '@lucide/svelte/icons/smile-plus';
import UserCog from '@lucide/svelte/icons/user-cog';

const icons: Readonly<Record<string, Component<{ size?: number }>>> = {
  mention: AtSign,
  reply: MessageSquareReply,
  reaction: SmilePlus,
  invitation: MailPlus,
  membership: UserCog,
  offer: HandCoins,
  deal: Handshake,
  report: Flag,
  security: ShieldCheck,
  integration: Plug,
  announcement: Megaphone
};

/** The picture of a category; a bell for one that this app does not know. */
export const iconOf = (category: string): Component<{ size?: number }> => icons[category] ?? Bell;
