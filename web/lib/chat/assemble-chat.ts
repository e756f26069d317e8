import { FileAddresses } from './attachments/file-addresses.ts';
import type { FileBackend } from './attachments/file-backend.ts';
import type { FileStore } from './attachments/file-store.ts';
import { noFiles } from './attachments/no-files.ts';
import type { Room } from './attachments/room.ts';
import { Uploads } from './attachments/uploads.ts';
import type { Backend, Session } from './backend.ts';
import { Breaker } from './breaker/breaker.ts';
import { guarded } from './breaker/guarded-backend.ts';
import type { Chat } from './chat.ts';
import type { Clock } from './clock.ts';
import { Connection } from './connection/connection.ts';
import { derive } from './derive.ts';
import { LiveValue } from './live.ts';
import { FeedSet } from './live-topics/feed-set.ts';
import { RoomSet } from './live-topics/room-set.ts';
import { userTopic } from './live-topics/topic-names.ts';
import type { Topics } from './live-topics/topics.ts';
import type { Log } from './log.ts';
import { Outbox } from './outbox/outbox.ts';
import { assemblePersonal } from './personal/assemble-personal.ts';
import type { Store } from './outbox/store.ts';
import { Idle } from './presence/idle.ts';
import { listedPartners } from './presence/listed-partners.ts';
import { PresenceKeeper } from './presence/presence-keeper.ts';
import { Self } from './presence/self.ts';
import { ReceiptSender } from './receipts/receipt-sender.ts';
import { undelivered } from './receipts/what-is-delivered.ts';
import { ownMark } from './record/conversation-record.ts';
import { RecordKeeper, type RecordChange } from './record/record-keeper.ts';
import { hasReached } from './record/message-window.ts';
import { RecordSaver } from './record/record-saver.ts';
import { Renewal } from './session/renewal.ts';
import { ActiveTabs } from './tabs/active-tabs.ts';
import { SharedTopics } from './tabs/shared-topics.ts';
import type { Tabs } from './tabs/tabs.ts';
import { UnsentCount } from './tabs/unsent-count.ts';
import type { Surroundings } from './surroundings.ts';
import { Pulse } from './sync/pulse.ts';
import { SecondLook } from './sync/second-look.ts';
import { Syncer } from './sync/syncer.ts';
import { TypingHub } from './typing/typing-hub.ts';
import { byConversation, listBuilder, summaryBuilder } from './view/conversation-list.ts';
import { OpenConversations } from './view/open-conversations.ts';
import { People, toPerson } from './view/people.ts';
import { Rules } from './view/rules.ts';
import { parseEvent } from './wire/events.ts';
import type { MessageRow } from './wire/rows.ts';

/** Stopping waits no longer than this for the last receipts and the goodbye. */
const GOODBYE_MS = 2_000;
/** Presence of so many partners at the top of the list is followed. */
const LISTED_PARTNERS = 20;

/** Everything outside that a chat needs: the server, this device, time and chance. */
export type ChatPorts = {
  userId: string;
  backend: Backend;
  /** Of this tab's own socket; the tabs share them among themselves. */
  topics: Topics;
  session: Session;
  store: Store;
  /** @default none: files cannot be sent */
  files?: { backend: FileBackend; store: FileStore; room: Room };
  /** @default a new one, kept in `store` */
  deviceId?: string;
  clock: Clock;
  /** Makes the ids of entries, which sort by the time they were made, and those of what tabs say to each other. */
  newId: () => string;
  surroundings: Surroundings;
  tabs: Tabs;
  log: Log;
};

/**
 * Puts the parts together. Data goes one way: live events and answers of sync() → record → views; what a person does → outbox,
 * receipts, calls → server → back as events. Nothing but the record's merges writes to the record.
 */
export function assembleChat(ports: ChatPorts): Chat {
  const { userId: me, session, store, clock, newId, surroundings, tabs, log } = ports;
  const breaker = new Breaker({ trial: () => void syncer.now(), clock });
  const renewal = new Renewal({ session, clock, log });
  const backend = guarded(ports.backend, breaker, () => renewal.ask());
  const active = new ActiveTabs(tabs, clock);
  const topics = new SharedTopics({
    topics: ports.topics,
    tabs,
    newId,
    onMoved: () => {
      connection.nudge();
      // What was said while nobody led does not wait for the socket.
      void look.now();
    },
    onLead: takeUp,
    onGone: () => {
      active.forget();
      self.alone();
      takeUp();
    },
    clock,
    log
  });

  const online = new LiveValue(surroundings.online);
  let device: Promise<string> | null = ports.deviceId ? Promise.resolve(ports.deviceId) : null;
  const deviceId = () => (device ??= store.deviceId(newId()).catch(() => newId()));

  const syncer: Syncer = new Syncer({
    async once() {
      const asked = personal.cursor();
      const answer = await backend.sync(keeper.cursors(), asked);
      const isMorePersonal = personal.applySync(answer.personal, asked);
      return keeper.applySync(answer) || isMorePersonal;
    },
    clock,
    log
  });
  const keeper: RecordKeeper = new RecordKeeper({
    me,
    isOpen: (id) => open.has(id),
    needsSync: () => void look.now(),
    onChange
  });
  const look = new SecondLook({
    sync: () => syncer.now(),
    isUnsettled: () => keeper.isUnsettled() || personal.isUnsettled(),
    giveUp: () => {
      keeper.giveUp();
      personal.giveUp();
    },
    clock
  });
  const saver = new RecordSaver({ userId: me, store, get: (id) => keeper.get(id), clock, log });
  const rules = new Rules(backend, log);
  const people = new People((ids) => backend.profiles(ids), log);
  const files = ports.files ?? noFiles();
  const uploads = new Uploads({ userId: me, ...files, newId, clock, renew: () => void renewal.ask(), log });
  const addresses = new FileAddresses({ backend: files.backend, blob: (id) => uploads.blob(id), clock });
  let types: Promise<ReadonlyMap<string, number>> | null = null;
  const outbox: Outbox = new Outbox({
    userId: me,
    store,
    clock,
    newId,
    perform: (entry) => uploads.send(entry, () => backend.perform(entry)),
    cancel: (id) => uploads.cancel(id),
    onStored: (message, { action }) => {
      pulse.active();
      // How many have voted is in the message; that one has, the entry knows.
      learn(action.type === 'vote' ? { ...message, my_votes: action.options } : message);
      settle();
    },
    isOnline: () => surroundings.online,
    tabs: {
      id: tabs.id,
      whenGone: (tab, run) => tabs.whenGone(tab, run),
      get leads() {
        return topics.leads;
      }
    },
    log
  });
  const unsent = new UnsentCount(
    derive([outbox.items], (all) => all.filter((item) => item.state !== 'stored').length),
    tabs
  );
  const personal = assemblePersonal({
    userId: me,
    backend,
    store,
    clock,
    newId,
    tabs,
    log,
    leads: () => topics.leads,
    isOnline: () => surroundings.online,
    synced: () => syncer.now(),
    needsSync: () => void look.now(),
    outbox: outbox.items,
    countsOf: (id) => {
      const header = keeper.get(id)?.header;
      return { lastSeq: header?.last_seq ?? 0, quietCount: header?.quiet_count ?? 0 };
    }
  });
  const receipts = new ReceiptSender({
    backend,
    onMarked: (rows) => {
      for (const { conversation_id, delivered_seq, read_seq } of rows) {
        const at = new Date(clock.now()).toISOString();
        keeper.apply({ type: 'receipt', conversation_id, user_id: me, delivered_seq, delivered_at: at, read_seq, read_at: at });
      }
    },
    clock,
    log
  });
  const rooms = new RoomSet({
    me,
    topics,
    onTyping: (id, userId, typing) => {
      // Whoever is heard is a member; who is not known to be one is not shown.
      if (keeper.get(id)?.members.has(userId)) hub.heard(id, userId, typing);
    },
    onHere: (id, userIds) => open.get(id)?.here.set(userIds),
    onJoined: (id) => hub.joined(id),
    onLeft: (id) => {
      hub.forget(id);
      open.get(id)?.here.set(new Set());
    },
    clock,
    log
  });
  const hub = new TypingHub({ say: (id, typing) => rooms.say(id, me, typing), clock });
  const feeds = new FeedSet({ topics, onMessage, onJoined: () => void look.now(), clock, log });
  const presence = new PresenceKeeper({ me, backend, topics, clock, log });

  outbox.items.subscribe(() => uploads.follow(outbox.items.current));
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
  const conversations = derive([keeper.records, keeper.loaded, inputs], listBuilder(me));

  const open: OpenConversations = new OpenConversations(
    {
      me,
      keeper,
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
        const record = derive([keeper.records], (records) => records.get(id));
        return derive([record, inputs], (known, given) => (known ? build(known, given) : null));
      },
      synced: () => syncer.now(),
      permissions: rules.all,
      learn,
      log
    },
    {
      onOpened: (id) => {
        const record = keeper.get(id);
        if (record) personal.settings.opened(id, ownMark(record, me).read_seq);
        follow();
        self.changed();
      },
      onClosed: (id) => {
        hub.ended(id);
        follow();
        self.changed();
      }
    }
  );
  const idle = new Idle(surroundings, clock);
  idle.isIdle.subscribe(() => self.changed());
  const self: Self = new Self({
    me,
    deviceId,
    backend,
    topics,
    surroundings,
    isIdle: () => idle.isIdle.current,
    tabs: {
      get leads() {
        return topics.leads;
      },
      get hasOthers() {
        return topics.hasOthers;
      },
      get activeAt() {
        return active.at;
      },
      sayActive: () => active.say()
    },
    onScreen: () => open.newest(),
    clock,
    log
  });

  const connection: Connection = new Connection({
    topics,
    userTopic: userTopic(me),
    onMessage,
    sync: () => look.now(),
    onDrop: () => {
      feeds.disable();
      rooms.disable();
      presence.disconnected();
      self.disconnected();
      topics.disconnect();
    },
    apiAnswers: syncer.answers,
    clock,
    log
  });
  const pulse = new Pulse({
    sync: () => syncer.now(),
    circumstances: () => {
      const { phase } = connection.link.current;
      return phase === 'stopped' || phase === 'offline' ? null : { live: phase === 'live', visible: surroundings.visible };
    },
    clock
  });

  function learn(message: MessageRow): void {
    keeper.apply({ type: 'message', conversation_id: message.conversation_id, revision: message.revision, message });
  }

  function onMessage(event: string, payload: unknown): void {
    if (event === 'personal') return personal.heard(payload);
    const parsed = parseEvent(event, payload);
    if (parsed === 'unknown') return;
    if ('malformed' in parsed) {
      log('event_malformed', { event, error: parsed.malformed });
      void look.now();
    } else keeper.apply(parsed);
  }

  function onChange({ changed, arrived, lost }: RecordChange): void {
    const records = keeper.records.current;
    saver.changed(changed, lost);
    people.learnFrom(records, changed);
    if (arrived.length > 0) pulse.active();
    const own = arrived.filter((message) => message.sender_id === me).map((message) => message.id);
    personal.sent(own);
    outbox.settle(own);
    settle();
    for (const { conversation_id, sender_id } of arrived) if (sender_id) hub.clear(conversation_id, [sender_id]);
    for (const id of changed) {
      const record = records.get(id);
      const seq = record && undelivered(record, me);
      if (seq) receipts.delivered(id, seq);
      open.get(id)?.refresh();
    }
    for (const id of lost) {
      receipts.forget(id);
      hub.forget(id);
      open.get(id)?.lost.set(true);
    }
    follow();
  }

  /** Messages that were stored and that the record has reached are shown by the record. */
  function settle(): void {
    const reached = outbox.items.current.filter(({ stored }) => {
      const record = stored && keeper.get(stored.conversation_id);
      return record && hasReached(record.window, stored);
    });
    outbox.settle(reached.map(({ entry }) => entry.id));
  }

  /** Which topics are wanted follows from what is known and open. Once after any number of changes. */
  let isFollowing = false;
  function follow(): void {
    if (isFollowing) return;
    isFollowing = true;
    queueMicrotask(() => {
      isFollowing = false;
      const records = keeper.records.current;
      rooms.want(open.ids(), records);
      feeds.want(records, (id) => open.has(id));
      presence.list(listedPartners(records, (id) => open.has(id), LISTED_PARTNERS));
    });
  }

  /** There is reason to hope: whatever waits for its next attempt is tried now. */
  function wake(): void {
    connection.nudge();
    outbox.wake();
    personal.wake();
    receipts.wake();
    open.each((conversation) => conversation.retryLoading());
  }

  /** What other tabs have left is seen to from here. */
  function takeUp(): void {
    void outbox.takeUp();
    void personal.takeUp();
  }

  /** The same, also where it was given up for a while. */
  function hope(): void {
    takeUp();
    breaker.hope();
    if (!breaker.closed.current) void syncer.now();
    wake();
  }

  function onSurroundings(event: 'changed' | 'leaving'): void {
    if (event === 'leaving') {
      void saver.save();
      void personal.save();
      return self.leaving();
    }
    const cameOnline = surroundings.online && !online.current;
    online.set(surroundings.online);
    if (!surroundings.online) connection.offline();
    else if (cameOnline) connection.online();
    self.changed();
    open.each((conversation) => conversation.markRead());
    if (surroundings.online && (cameOnline || (surroundings.visible && !wasVisible))) {
      topics.check();
      hope();
      // The socket may have slept, too: ask, whatever it says of itself.
      void syncer.now();
    }
    wasVisible = surroundings.visible;
    pulse.schedule();
  }
  let wasVisible = surroundings.visible;

  connection.link.subscribe(() => {
    pulse.schedule();
    if (connection.link.current.phase !== 'live') return;
    feeds.enable();
    rooms.enable();
    presence.connected();
    self.connected();
    wake();
  });
  // What is shown follows from sync(): it finds the breaker open, and tries on until it is not.
  breaker.closed.subscribe(() => void syncer.now());
  syncer.answers.subscribe(() => {
    if (!syncer.answers.current) return;
    people.need([me]);
    rules.need();
    outbox.wake();
    personal.wake();
    receipts.wake();
    open.each((conversation) => conversation.retryLoading());
  });
  // A link may have been opened before the list was there.
  keeper.loaded.subscribe(() => {
    for (const id of open.ids()) open.confirm(id);
  });

  let releases: (() => void)[] = [];
  async function stop(reason: 'stopped' | 'signed_out'): Promise<void> {
    for (const release of releases) release();
    releases = [];
    connection.stop(reason);
    pulse.stop();
    look.stop();
    presence.stop();
    hub.stop();
    breaker.stop();
    idle.stop();
    uploads.stop();
    const isSignedIn = reason === 'stopped';
    let cancel = () => {};
    const late = new Promise<void>((resolve) => (cancel = clock.after(GOODBYE_MS, resolve)));
    await Promise.race([
      Promise.all([
        outbox.stop(),
        personal.stop(isSignedIn),
        syncer.stop(),
        receipts.stop(isSignedIn),
        self.stop(isSignedIn),
        isSignedIn ? saver.save() : saver.forget()
      ]),
      late
    ]);
    cancel();
    active.stop();
    unsent.stop();
    topics.stop();
    tabs.close();
  }

  return {
    userId: me,
    deviceId,
    connection: connection.state,
    me: derive([people.all], (directory) => directory.get(me) ?? null),
    conversations,
    presence: presence.map,
    unsentCount: unsent.total,
    ...personal.views,

    async start() {
      if (releases.length > 0) return;
      releases = [
        session.subscribe((event) => {
          if (event === 'renewed') hope();
          else void stop('signed_out');
        }),
        surroundings.subscribe(onSurroundings)
      ];
      online.set(surroundings.online);
      wasVisible = surroundings.visible;
      unsent.start();
      topics.start();
      syncer.start();
      receipts.start();
      // What was seen last is there before anything is asked.
      keeper.restore(await saver.load());
      await personal.start();
      await outbox.start();
      void store.entries(me).then(
        (entries) => uploads.tidy(new Set(entries.map(({ id }) => id))),
        () => {}
      );
      idle.start();
      self.start();
      presence.start();
      connection.start(surroundings.online);
      pulse.start();
      // The list need not wait for the socket.
      if (surroundings.online) await syncer.now();
    },
    stop: () => stop('stopped'),
    reconnect: hope,

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
    files: {
      address: (attachment) => addresses.of(attachment),
      download: (attachment) => addresses.download(attachment),
      types: () =>
        (types ??= files.backend.types().catch((error: unknown) => {
          types = null;
          throw error;
        }))
    },
    async wipe() {
      addresses.clear();
      await Promise.all([store.wipe(me), files.store.wipe(me)]);
    }
  };
}
