import Archive from '@lucide/svelte/icons/archive';
import ArchiveRestore from '@lucide/svelte/icons/archive-restore';
import Bell from '@lucide/svelte/icons/bell';
import BellOff from '@lucide/svelte/icons/bell-off';
import MailCheck from '@lucide/svelte/icons/mail-check';
import MailOpen from '@lucide/svelte/icons/mail';
import Pin from '@lucide/svelte/icons/pin';
import PinOff from '@lucide/svelte/icons/pin-off';
import type { Chat, ConversationSummary } from '#lib/chat/index.ts';
import { t } from '#lib/i18n/words.svelte.ts';
import type { MenuEntry } from '#lib/ui/menu.ts';
import { isUnread } from './list-filter.ts';

const HOUR_MS = 3_600_000;

/** What can be done to a conversation from the list. */
export function rowMenu(item: ConversationSummary, { settings, openConversation }: Chat): MenuEntry[] {
  const { id } = item;
  const later = (hours: number) => new Date(Date.now() + hours * HOUR_MS);
  return [
    isUnread(item)
      ? { label: t.listMenu.markRead, icon: MailCheck, onselect: () => markRead(item, openConversation) }
      : { label: t.listMenu.markUnread, icon: MailOpen, disabled: item.lastSeq === 0, onselect: () => settings.markUnread(id) },
    item.pinned
      ? { label: t.listMenu.unpin, icon: PinOff, onselect: () => settings.pin(id, false) }
      : { label: t.listMenu.pin, icon: Pin, onselect: () => settings.pin(id, true) },
    ...(item.muted
      ? [{ label: t.listMenu.unmute, icon: Bell, separated: true, onselect: () => settings.unmute(id) }]
      : [
          { label: t.listMenu.muteHour, icon: BellOff, separated: true, onselect: () => settings.mute(id, later(1)) },
          { label: t.listMenu.muteWeek, icon: BellOff, onselect: () => settings.mute(id, later(7 * 24)) },
          { label: t.listMenu.muteForever, icon: BellOff, onselect: () => settings.mute(id, 'forever' as const) }
        ]),
    item.archived
      ? { label: t.listMenu.unarchive, icon: ArchiveRestore, separated: true, onselect: () => settings.archive(id, false) }
      : { label: t.listMenu.archive, icon: Archive, separated: true, onselect: () => settings.archive(id, true) }
  ];
}

/** Reading is what happens to a conversation on screen: it is opened for a moment. */
function markRead({ id, lastSeq }: ConversationSummary, open: Chat['openConversation']): void {
  const view = open(id);
  view.markVisible(lastSeq);
  view.close();
}
