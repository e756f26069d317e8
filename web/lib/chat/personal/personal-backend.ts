import type { NotificationPreferenceRow, PersonalChange } from '../wire/personal.ts';
import type { ToSchedule } from './personal.ts';
import type { Asked } from './wish.ts';

/** What of a person's own is asked of the server. Everything rejects with the classes of errors.ts. */
export type PersonalBackend = {
  /** Does what a wish says; idempotent. The row as it then is, or null where sync() has to be asked for it. */
  grant(asked: Asked): Promise<PersonalChange | null>;
  /** What there is to be told of, and by which channels who has not said otherwise. */
  categories(): Promise<Omit<NotificationPreferenceRow, 'revision'>[]>;
  block(userId: string): Promise<void>;
  unblock(userId: string): Promise<void>;
  schedule(conversationId: string, id: string, message: ToSchedule): Promise<PersonalChange>;
  editScheduled(id: string, change: { text?: string; sendAt?: Date }): Promise<PersonalChange>;
  cancelScheduled(id: string): Promise<PersonalChange>;
  sendScheduled(id: string): Promise<void>;
};
