import Copy from '@lucide/svelte/icons/copy';
import EyeOff from '@lucide/svelte/icons/eye-off';
import Flag from '@lucide/svelte/icons/flag';
import Forward from '@lucide/svelte/icons/forward';
import Info from '@lucide/svelte/icons/info';
import Link from '@lucide/svelte/icons/link';
import MessagesSquare from '@lucide/svelte/icons/messages-square';
import Pencil from '@lucide/svelte/icons/pencil';
import Pin from '@lucide/svelte/icons/pin';
import PinOff from '@lucide/svelte/icons/pin-off';
import Reply from '@lucide/svelte/icons/reply';
import Trash from '@lucide/svelte/icons/trash-2';
import type { MessageAction } from '#lib/state/message-actions.ts';

export const actionIcons = {
  reply: Reply,
  thread: MessagesSquare,
  edit: Pencil,
  copy: Copy,
  copyLink: Link,
  forward: Forward,
  pin: Pin,
  unpin: PinOff,
  info: Info,
  report: Flag,
  hide: EyeOff,
  delete: Trash
} satisfies Record<MessageAction, typeof Copy>;
