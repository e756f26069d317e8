import type { ConversationList, NotificationList } from '#lib/chat/index.ts';
import { shownSchema, type Shown } from './payload.ts';

/** Whether what the system shows is over, by what is known here. Of what is not known, nothing is said. */
export function isRead(shown: Shown, conversations: ConversationList, notifications: NotificationList): boolean {
  if (shown.notification_id) return notifications.items.find(({ id }) => id === shown.notification_id)?.read ?? false;
  const conversation = conversations.items.find(({ id }) => id === shown.conversation_id);
  return conversation !== undefined && shown.seq !== undefined && conversation.readSeq >= shown.seq;
}

/** Takes away what the system still shows though it was read, here or on another device. */
export function closeWhatIsRead(conversations: ConversationList, notifications: NotificationList): void {
  if (!('serviceWorker' in navigator)) return;
  void navigator.serviceWorker.getRegistration().then(async (registration) => {
    for (const shown of (await registration?.getNotifications()) ?? []) {
      const { success, data } = shownSchema.safeParse(shown.data);
      if (success && isRead(data, conversations, notifications)) shown.close();
    }
  });
}
