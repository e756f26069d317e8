import { t } from '#lib/i18n/words.svelte.ts';
import type { TimelineMessage } from '#lib/chat/index.ts';
import type { Composition } from '#lib/state/composition.svelte.ts';
import type { MessageAction } from '#lib/state/message-actions.ts';
import type { Talk } from '#lib/state/talk.svelte.ts';
import { copyText } from '#lib/ui/copy-text.ts';
import { toast } from '#lib/ui/toast.ts';

/** Does what was chosen from a message's menu. `composition`: of the composer below the list. */
export function act(talk: Talk, composition: Composition, action: MessageAction, message: TimelineMessage): void {
  const { seq } = message;
  const { view } = talk.conversation;
  if (seq === null) return;
  switch (action) {
    case 'reply':
      return composition.answer(message);
    case 'edit':
      return composition.edit(message);
    case 'thread':
      return talk.thread.set(seq);
    case 'copy':
      return copy(message.content, t.messageMenu.copied);
    case 'copyLink':
      return copy(`${location.origin}/chats/${view.id}?at=${seq}`, t.messageMenu.linkCopied);
    case 'pin':
    case 'unpin':
      return view.pin(seq, action === 'pin');
    case 'hide':
      view.hide(seq);
      return toast.success(t.messageMenu.hidden, { label: t.messageMenu.undo, onclick: () => view.hide(seq, false) });
    case 'forward':
    case 'info':
    case 'report':
    case 'delete':
      talk.dialog = { name: action, message };
      return;
    default: {
      const never: never = action;
      return never;
    }
  }
}

function copy(text: string, done: string): void {
  void copyText(text).then((copied) => (copied ? toast.success(done) : toast.error(t.messageMenu.notCopied)));
}
