import type { Epoch } from '../../e2ee/index.ts';
import type { Sealed } from '../../e2ee/sealing.ts';
import type { EnvelopeRow, MessageRow } from '../wire/rows.ts';

/** The name and the description of a group, sealed: `about` of its header. */
export type AboutRow = EnvelopeRow & { senderId: string };

/** An epoch to be made, with its key sealed to devices by their ids. */
export type OfferedEpoch = { epoch: Epoch; keys: ReadonlyMap<string, Sealed>; about: AboutRow | null };

/** What goes with an envelope and the server may read. */
export type Around = { mentionedIds: readonly string[] };
export type AroundMessage = Around & { replyTo: number | null; threadSeq: number | null; fileIds: readonly string[] };

/** Encrypted conversations on the server. Everything rejects with the classes of errors.ts. */
export type ConversationBackend = {
  /** Ids of the members of now. */
  memberIds(conversationId: string): Promise<readonly string[]>;
  /** The public parts of epochs above a number, in order. */
  epochs(conversationId: string, after: number): Promise<readonly Epoch[]>;
  /** The keys that were sealed to a device, by the numbers of their epochs. */
  epochKeys(conversationId: string, deviceId: string, after: number): Promise<ReadonlyMap<number, Sealed>>;
  turnOn(conversationId: string, offered: OfferedEpoch, withoutDevice: boolean): Promise<void>;
  startEpoch(conversationId: string, offered: OfferedEpoch): Promise<void>;
  /** Gives devices the keys of earlier epochs, by number and device id, at most 500; how many were not there. */
  handOver(conversationId: string, keys: ReadonlyMap<number, ReadonlyMap<string, Sealed>>): Promise<number>;
  setHistory(conversationId: string, handsHistory: boolean): Promise<void>;
  setAbout(conversationId: string, about: AboutRow): Promise<void>;
  send(conversationId: string, id: string, envelope: EnvelopeRow, around: AroundMessage): Promise<MessageRow>;
  edit(conversationId: string, seq: number, id: string, envelope: EnvelopeRow, around: Around): Promise<MessageRow>;
  react(conversationId: string, seq: number, id: string, envelope: EnvelopeRow): Promise<MessageRow>;
  unreact(conversationId: string, seq: number, id: string): Promise<MessageRow>;
};
