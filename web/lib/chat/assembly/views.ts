import type { Chat } from '../chat.ts';
import { derive } from '../derive.ts';
import { LiveValue } from '../live.ts';
import { ownMark } from '../record/conversation-record.ts';
import { byConversation, listBuilder, summaryBuilder } from '../view/conversation-list.ts';
import { OpenConversations } from '../view/open-conversations.ts';
import type { Parts } from './parts.ts';
import type { ChatPorts } from './ports.ts';

export type ViewParts = {
  /** Whether the device has a network. */
  online: LiveValue<boolean>;
  conversations: Chat['conversations'];
  open: OpenConversations;
};

/** What an app is shown: the list, and the conversations that are open. */
export function viewParts({ userId: me, surroundings, log }: ChatPorts, parts: Parts): ViewParts {
  const { keeper, outbox, uploads, people, hub, receipts, personal, backend, presence, rules, syncer, gate } = parts;
  const records = derive([keeper.records, gate.changes], (sealed) => gate.records(sealed));
  const online = new LiveValue(surroundings.online);
  const items = derive([outbox.items], byConversation);
  const inputs = derive(
    [items, people.all, presence.map, hub.typing, receipts.reads, personal.settings.all, personal.hidden, online],
    (byId, directory, there, typing, reads, settings, hidden, isOnline) => ({
      items: byId,
      people: directory,
      presence: there,
      typing,
      reads,
      settings,
      hidden,
      online: isOnline
    })
  );
  const open = new OpenConversations(
    {
      me,
      keeper,
      records,
      gate,
      outbox,
      uploads,
      progress: (fileId) => uploads.progress(fileId),
      items,
      online,
      people,
      typing: hub,
      receipts,
      personal,
      backend,
      surroundings,
      summaryOf: (id) => {
        const build = summaryBuilder(me);
        const record = derive([records], (all) => all.get(id));
        return derive([record, inputs], (known, given) => (known ? build(known, given) : null));
      },
      synced: () => syncer.now(),
      permissions: rules.all,
      learn: parts.learn,
      log
    },
    {
      onOpened: (id) => {
        const record = keeper.get(id);
        if (record) personal.settings.opened(id, ownMark(record, me).read_seq);
        parts.follow();
        parts.self.changed();
      },
      onClosed: (id) => {
        hub.ended(id);
        parts.follow();
        parts.self.changed();
      }
    }
  );
  return { online, conversations: derive([records, keeper.loaded, inputs], listBuilder(me)), open };
}
