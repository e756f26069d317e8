import type { Clock } from '../clock.ts';
import { derive } from '../derive.ts';
import { Refused } from '../errors.ts';
import type { Live } from '../live.ts';
import type { Log } from '../log.ts';
import type { OnDevice } from '../on-device/on-device.ts';
import type { OutboxItem } from '../outbox/plan.ts';
import type { Store } from '../outbox/store.ts';
import type { Tabs } from '../tabs/tabs.ts';
import { parsePersonalEvent, type PersonalAnswer } from '../wire/personal.ts';
import { OwnDrafts } from './drafts.ts';
import { hiddenMessages } from './hidden-messages.ts';
import type { Counts } from './overlay.ts';
import { notifying } from './notifying.ts';
import { OwnNotifications } from './own-notifications.ts';
import { OwnSettings } from './own-settings.ts';
import type { Personal } from './personal.ts';
import type { PersonalBackend } from './personal-backend.ts';
import { PersonalKeeper } from './personal-keeper.ts';
import type { Rows } from './personal-record.ts';
import { PersonalSaver } from './personal-saver.ts';
import { scheduledMessages } from './scheduled.ts';
import type { TableName } from './tables.ts';
import { Wishes } from './wishes.ts';

export type PersonalPorts = {
  userId: string;
  backend: PersonalBackend;
  store: Store;
  clock: Clock;
  newId: () => string;
  tabs: Tabs;
  log: Log;
  leads: () => boolean;
  isOnline: () => boolean;
  /** Asks sync(); whether it succeeded. */
  synced: () => Promise<boolean>;
  /** Something is missing: sync() is asked, and again a little later. */
  needsSync: () => void;
  /** What is on its way. */
  outbox: Live<readonly OutboxItem[]>;
  countsOf: (conversationId: string) => Counts;
  /** Only its members may read what is written there. */
  isEncrypted: (conversationId: string) => boolean;
  /** Keeps drafts of such; null where none is kept. */
  onDevice: Pick<OnDevice, 'drafts' | 'keepDraft'> | null;
};

/** What is one's own, for the rest of the client. */
export type OwnThings = ReturnType<typeof assemblePersonal>;

/** The parts of what is one's own, put together as assemble-chat.ts does with the conversations. */
export function assemblePersonal(ports: PersonalPorts) {
  const { userId, backend, store, clock, newId, tabs, log, outbox, synced, isEncrypted, onDevice } = ports;
  const keeper: PersonalKeeper = new PersonalKeeper({
    needsSync: ports.needsSync,
    onChange({ anew }) {
      saver.changed(anew);
      wishes.reached(keeper.cursor);
    },
    onArrived: (rows) => notifications.arrived(rows)
  });
  const saver = new PersonalSaver({ userId, store, get: () => keeper.record.current, clock, log });
  const wishes: Wishes = new Wishes({
    userId,
    store,
    clock,
    newId,
    grant: async (asked) => {
      // It was begun before that was known.
      if (asked.type === 'draft' && asked.content !== '' && isEncrypted(asked.conversationId))
        throw new Refused('plaintext_refused', 'Nothing of an encrypted conversation is told.', 0);
      return backend.grant(asked);
    },
    onGranted: (change) => keeper.apply(change),
    synced,
    cursor: () => keeper.cursor,
    isOnline: ports.isOnline,
    tabs,
    leads: ports.leads,
    log
  });
  const rows = <Name extends TableName>(name: Name): Live<Rows<Name>> =>
    derive([keeper.record], (record): Rows<Name> => record.rows[name]);
  const drafts = new OwnDrafts({ rows: rows('drafts'), wishes, outbox, isEncrypted, onDevice, clock, newId, log });
  const settings = new OwnSettings({ rows: rows('conversation_settings'), wishes, countsOf: ports.countsOf, clock });
  const notifications = new OwnNotifications({ rows: rows('notifications'), loaded: keeper.loaded, wishes, clock });
  const views: Personal = {
    drafts,
    settings,
    notifications,
    notifying: notifying({
      settings: rows('notification_settings'),
      preferences: rows('notification_preferences'),
      wishes,
      backend
    }),
    blocks: {
      all: derive([rows('blocks')], (blocks) => new Set(blocks.keys())),
      async block(other) {
        await backend.block(other);
        await synced();
      },
      async unblock(other) {
        await backend.unblock(other);
        await synced();
      }
    },
    scheduled: scheduledMessages({
      rows: rows('scheduled_messages'),
      backend,
      newId,
      onChanged: (change) => keeper.apply(change),
      synced
    }),
    teams: derive([rows('team_members')], (teams) =>
      [...teams.values()].map(({ team_id, role, joined_at }) => ({ teamId: team_id, role, joinedAt: new Date(joined_at) }))
    ),
    onPersonalChange: (name, listener) => {
      let before: unknown = keeper.record.current.rows[name];
      return keeper.record.subscribe(() => {
        const now = keeper.record.current.rows[name];
        if (now === before) return;
        before = now;
        listener();
      });
    }
  };

  return {
    views,
    drafts,
    settings,
    hidden: hiddenMessages(rows('hidden_messages'), wishes),
    hide: (conversationId: string, seq: number, hidden: boolean) =>
      wishes.add({ type: 'hide', conversationId, seqs: [seq], hidden }),

    /** What sync() is to be asked with. */
    cursor: () => keeper.cursor,
    /** Returns whether to ask for more. A server that is older says nothing of it. */
    applySync: (answer: PersonalAnswer | undefined, asked: number) => answer !== undefined && keeper.applySync(answer, asked),
    /** An answer that another tab was given. Returns whether this one has come as far by it. */
    overhear: (answer: PersonalAnswer | undefined, asked: number) => answer === undefined || keeper.overhear(answer, asked),
    /** The live event `personal`. */
    heard(payload: unknown): void {
      const change = parsePersonalEvent(payload);
      if (change) return keeper.apply(change);
      log('event_malformed', { event: 'personal' });
      ports.needsSync();
    },
    /** Messages of one's own that exist now. */
    sent(messageIds: readonly string[]): void {
      drafts.sent(messageIds);
      keeper.sent(new Set(messageIds));
    },
    isUnsettled: () => keeper.isUnsettled(),
    giveUp: () => keeper.giveUp(),

    async start(): Promise<void> {
      const kept = await saver.load();
      if (kept) keeper.restore(kept);
      await wishes.start();
      settings.start();
    },
    /** There are encrypted conversations: what was begun there before comes back. */
    encrypted: () => drafts.restore(),
    takeUp: () => wishes.takeUp(),
    wake: () => wishes.wake(),
    save: () => saver.save(),
    async stop(isSignedIn: boolean): Promise<void> {
      settings.stop();
      await wishes.stop();
      await (isSignedIn ? saver.save() : saver.forget());
    }
  };
}
