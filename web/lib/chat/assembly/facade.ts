import type { Chat, Files } from '../chat.ts';
import { derive } from '../derive.ts';
import { toPerson } from '../view/people.ts';
import { whenCalled } from '../when-called.ts';
import { lifeOf } from './life.ts';
import type { Parts } from './parts.ts';
import type { ChatPorts } from './ports.ts';

/** What an app gets to see of the parts. */
export function chatOf(ports: ChatPorts, parts: Parts): Chat {
  const { userId: me, store, onDevice } = ports;
  const { backend, keeper, syncer, people, presence, personal, unsent, open, connection, files, addresses } = parts;
  const encrypted = whenCalled(() => import('../encryption/chat-encryption.ts'));
  return {
    userId: me,
    deviceId: parts.deviceId,
    connection: connection.state,
    me: derive([people.all], (directory) => directory.get(me) ?? null),
    conversations: parts.conversations,
    presence: presence.map,
    unsentCount: unsent.total,
    ...personal.views,

    ...lifeOf(ports, parts),
    reconnect: parts.hope,

    openConversation: (id) => {
      // A link may lead to a conversation that came to be after the list was had.
      if (keeper.loaded.current && !keeper.get(id)) void syncer.now().then((succeeded) => succeeded && open.confirm(id));
      return open.open(id);
    },
    async startDirect(userId) {
      const id = await backend.startDirect(userId);
      await syncer.now();
      return id;
    },
    async createGroup(title, userIds) {
      const id = await backend.createGroup(title, userIds);
      await syncer.now();
      return id;
    },

    async searchUsers(query) {
      const rows = await backend.searchUsers(query);
      people.learn(rows);
      return rows.map(toPerson);
    },
    fetchPresence: (userIds) => presence.ask(userIds),
    watchPresence: (userIds) => presence.watch(userIds),
    async updateProfile(change) {
      const row = await backend.updateProfile(me, change);
      people.learn([row]);
      return toPerson(row);
    },
    canSeal: parts.gate.ready,
    encryption: async () => encrypted.chatEncryption(await parts.gate.get(), ports, parts),
    files: filesOf(parts),
    async wipe() {
      addresses.clear();
      await Promise.all([store.wipe(me), files.store.wipe(me), parts.gate.wipe(), onDevice?.wipe()]);
    }
  };
}

function filesOf({ addresses, files: { backend } }: Parts): Files {
  let types: Promise<ReadonlyMap<string, number>> | null = null;
  return {
    address: (attachment, shown) => addresses.of(attachment, shown),
    download: (attachment) => addresses.download(attachment),
    types: () =>
      (types ??= backend.types().catch((error: unknown) => {
        types = null;
        throw error;
      }))
  };
}
