import { seal, type ContentKind, type Place } from '../../e2ee/index.ts';
import { Refused } from '../errors.ts';
import type { Action, OutboxEntry } from '../outbox/entry.ts';
import type { EnvelopeRow, MessageRow } from '../wire/rows.ts';
import { toBytes, type Contents } from './content.ts';
import type { AboutRow, ConversationBackend } from './conversation-backend.ts';
import { toRow } from './envelope-row.ts';
import type { EpochKey, Epochs } from './epochs.ts';
import type { KeyStore } from './key-store.ts';
import type { OwnKeys } from './own-keys.ts';
import type { PeopleKeys } from './people-keys.ts';
import type { SealedFile } from './sealed-file.ts';

/** What a conversation is known to be, where something is said in it. */
export type SealedConversation = {
  id: string;
  /** Members of now, as far as they are known; null where they are not. */
  memberIds: readonly string[] | null;
  /** Newest message that was seen. */
  newestSeq: number;
  /** Number of the newest epoch, and whether members or devices have changed since, as the server has told last. */
  keyEpoch: number;
  needsEpoch: boolean;
  /** Ids of members by their handles in lower case. */
  handles: ReadonlyMap<string, string>;
};

type Options = {
  me: string;
  own: OwnKeys;
  epochs: Epochs;
  people: PeopleKeys;
  backend: ConversationBackend;
  store: KeyStore;
  /** Own words need not be opened to be shown. */
  onSealed: (place: Place, envelope: EnvelopeRow, content: Contents[ContentKind]) => void;
  /** The message with this seq as it is known, for what is sealed to it. */
  message: (conversationId: string, seq: number) => Promise<MessageRow>;
  /** The emoji of sealed reactions that this person has given to it, by the reactions' ids. */
  ownReactions: (conversationId: string, row: MessageRow) => Promise<ReadonlyMap<string, string>>;
};

/** So often something is sealed anew because of what others do at the same time. */
const TRIES = 6;

/**
 * Says what an entry of the outbox says in an encrypted conversation: sealed, or not at all. What was sealed is kept with the entry, so
 * that another attempt sends the same bytes; where the server has gone on meanwhile, it is sealed anew under the same id.
 */
export class Sealer {
  #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** `files`: of the entry, as they lie on the server. */
  async perform(entry: OutboxEntry, conversation: SealedConversation, files: readonly SealedFile[]): Promise<MessageRow> {
    const { me, backend } = this.#options;
    const { action, id, conversationId, content } = entry;
    const around = { mentionedIds: mentionedIn(content, conversation.handles) };
    switch (action.type) {
      case 'send': {
        const { replyTo, threadSeq = null, preview } = action;
        const fileIds = files.map((file) => file.id);
        const said = {
          text: content,
          ...(replyTo !== null && { replyTo }),
          ...(threadSeq !== null && { threadSeq }),
          ...(files.length > 0 && { files: [...files] }),
          ...(preview && { preview })
        };
        return this.#sealed(entry, conversation, 'message', id, said, (envelope) =>
          backend.send(conversationId, id, envelope, { ...around, replyTo, threadSeq, fileIds })
        );
      }
      case 'edit': {
        const { id: messageId, sender_id } = await this.#options.message(conversationId, action.seq);
        if (sender_id !== me) throw new Refused('not_allowed', 'Only its sender edits a message.', 403);
        return this.#sealed(entry, conversation, 'edit', messageId, { text: content }, (envelope) =>
          backend.edit(conversationId, action.seq, id, envelope, around)
        );
      }
      case 'react':
        return this.#react(entry, action, conversation);
      case 'poll':
      case 'vote':
        throw new Refused('plaintext_refused', 'There are no polls in an encrypted conversation.', 400);
      case 'delete':
      case 'pin':
        throw new TypeError('Nothing of this is content.');
      default: {
        const never: never = action;
        return never;
      }
    }
  }

  /** What a group calls itself, sealed under this key. */
  async about(
    conversation: Pick<SealedConversation, 'id' | 'newestSeq'>,
    key: EpochKey,
    content: Contents['about']
  ): Promise<AboutRow> {
    const { me } = this.#options;
    const place: Place = { conversationId: conversation.id, messageId: conversation.id, kind: 'about', senderId: me };
    return { senderId: me, ...(await this.#seal(place, key, conversation.newestSeq, content)) };
  }

  /** The key to send with: of an epoch for just the members of now. */
  async key(conversation: SealedConversation): Promise<EpochKey> {
    const { backend, epochs, people } = this.#options;
    const { id, keyEpoch, needsEpoch } = conversation;
    await epochs.ready(id);
    if ((epochs.newest(id)?.number ?? 0) < Math.max(1, keyEpoch)) await epochs.refresh(id);
    // An epoch is never taken for that of the members without a look at who they are.
    const memberIds = conversation.memberIds ?? (await backend.memberIds(id));
    await people.need(memberIds);
    const before = epochs.newest(id);
    const isOutdated = needsEpoch && (before?.number ?? 0) <= keyEpoch;
    if (!before || isOutdated || !epochs.isFor(before, memberIds)) await epochs.start(id);
    await epochs.ready(id);
    const newest = epochs.newest(id);
    const secret = newest && (await epochs.secret(id, newest.number));
    if (!secret) throw new Refused('keys_missing', 'This device does not have the key of this conversation.', 0);
    return { number: newest.number, secret };
  }

  async #react(
    entry: OutboxEntry,
    action: Extract<Action, { type: 'react' }>,
    conversation: SealedConversation
  ): Promise<MessageRow> {
    const { backend } = this.#options;
    const { id, conversationId } = entry;
    const { seq, emoji, on } = action;
    const row = await this.#options.message(conversationId, seq);
    const given = [...(await this.#options.ownReactions(conversationId, row))].filter(([, one]) => one === emoji);
    if (on && given.length > 0) return row;
    if (on)
      return this.#sealed(entry, conversation, 'reaction', row.id, { emoji }, (envelope) =>
        backend.react(conversationId, seq, id, envelope)
      );
    let changed = row;
    for (const [reactionId] of given) changed = await backend.unreact(conversationId, seq, reactionId);
    return changed;
  }

  async #sealed<Kind extends ContentKind>(
    entry: OutboxEntry,
    conversation: SealedConversation,
    kind: Kind,
    messageId: string,
    content: Contents[Kind],
    send: (envelope: EnvelopeRow) => Promise<MessageRow>
  ): Promise<MessageRow> {
    const { me, own, epochs, store } = this.#options;
    if (!own.device) throw new Refused('keys_missing', 'This device has no keys to encrypt with.', 0);
    const { id: conversationId } = conversation;
    const place: Place = { conversationId, messageId, kind, senderId: me };
    let now = conversation;
    for (let tried = 1; ; tried += 1) {
      const kept = await store.envelope(me, entry.id);
      let envelope = kept?.deviceId === own.device.deviceId ? kept : null;
      if (!envelope) {
        const key = await this.key(now);
        envelope = await this.#seal(place, key, conversation.newestSeq, content);
        await store.putEnvelope(me, entry.id, envelope);
      }
      this.#options.onSealed(place, envelope, content);
      try {
        const message = await send(envelope);
        await store.removeEnvelope(me, entry.id);
        return message;
      } catch (error) {
        const code = error instanceof Refused ? error.code : '';
        if (!RESEALED.has(code) || tried >= TRIES) throw error;
        await store.removeEnvelope(me, entry.id);
        const keyEpoch = epochs.newest(conversationId)?.number ?? 0;
        now = { ...conversation, keyEpoch, needsEpoch: code === 'epoch_needed' };
        if (code === 'epoch_outdated') await epochs.refresh(conversationId);
        if (code === 'counter_behind') await store.raiseCounter(me, conversationId, Number(detailsOf(error)) || envelope.counter);
      }
    }
  }

  async #seal<Kind extends ContentKind>(
    place: Place,
    key: EpochKey,
    newestSeq: number,
    content: Contents[Kind]
  ): Promise<EnvelopeRow> {
    const { me, own, store } = this.#options;
    if (!own.device) throw new Refused('keys_missing', 'This device has no keys to encrypt with.', 0);
    const { deviceId, signing } = own.device;
    const counter = await store.nextCounter(me, place.conversationId);
    const bytes = toBytes(place.kind, content as Contents[typeof place.kind]);
    const sender = { deviceId, signingSecret: signing.secret };
    return toRow(await seal(bytes, place, sender, key, { counter, afterSeq: newestSeq }));
  }
}

/** The server has gone on: it takes the same thing sealed anew. */
const RESEALED = new Set(['epoch_outdated', 'epoch_needed', 'counter_behind']);

/** What PostgREST says beside the code of a refusal. */
export const detailsOf = (error: unknown): string | null =>
  ((error as { cause?: { details?: string | null } } | null)?.cause?.details ?? null) as string | null;

/** Who is named by @handle: the server cannot read it, and is told. */
export function mentionedIn(text: string, handles: ReadonlyMap<string, string>): readonly string[] {
  const named = [...text.matchAll(/(?<![\p{L}\p{N}_@])@([a-z0-9_]+)/giu)].flatMap(
    ([, handle]) => handles.get(handle!.toLowerCase()) ?? []
  );
  return [...new Set(named)];
}
