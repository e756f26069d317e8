import { NoRoom, type ConversationView, type LocalFile } from '#lib/chat/index.ts';
import { bytesText } from '#lib/format/bytes.ts';
import { t } from '#lib/i18n/words.svelte.ts';
import type { Composition } from '#lib/state/composition.svelte.ts';
import { toast } from '#lib/ui/toast.ts';
import type { Tray } from './tray.svelte.ts';

type Recipient = Pick<ConversationView, 'sendFiles'>;
type Writing = Pick<Composition, 'answered' | 'cancel' | 'text'>;

/** Sends what lies in the tray with this text. If this device cannot keep the files, all is as before, and the person is told. */
export async function sendTray(tray: Tray, to: Recipient, writing: Writing, text: string): Promise<void> {
  const replyTo = writing.answered?.seq ?? null;
  try {
    await tray.send(to, text, replyTo);
    writing.cancel();
  } catch (error) {
    if (writing.text === '') writing.text = text;
    tell(error);
  }
}

/** Sends a voice message. */
export async function sendVoice(voice: LocalFile, to: Recipient, writing: Writing): Promise<void> {
  const replyTo = writing.answered?.seq ?? null;
  writing.cancel();
  await to.sendFiles('', [voice], { replyTo }).catch(tell);
}

function tell(error: unknown): void {
  toast.error(error instanceof NoRoom ? t.attaching.noRoom(bytesText(error.freeBytes)) : t.attaching.notKept);
}
