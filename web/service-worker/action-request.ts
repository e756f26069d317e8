import type { Shown } from '../lib/notifications/payload.ts';

const MUTE_MS = 8 * 3_600_000;

/** The function of the database that does what an action says. */
export function requestFor(
  { conversation_id, seq, notification_id }: Shown,
  action: string,
  now: number
): { name: string; args: Record<string, unknown> } | null {
  switch (action) {
    case 'acknowledge':
      return notification_id ? { name: 'acknowledge_notification', args: { id: notification_id } } : null;
    case 'mute':
      if (!conversation_id) return null;
      return {
        name: 'set_conversation_settings',
        args: { conversation_id, muted_until: new Date(now + MUTE_MS).toISOString() }
      };
    case 'mark_read':
      // Reading a conversation reads what one was told of it.
      if (conversation_id && seq !== undefined) return { name: 'mark_read', args: { marks: { [conversation_id]: seq } } };
      return notification_id ? { name: 'mark_notifications_read', args: { ids: [notification_id] } } : null;
    default:
      return null;
  }
}
