import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { fromUtf8, utf8 } from '../../../web/lib/e2ee/bytes.ts';
import {
  type ContentKind,
  type Envelope,
  type Epoch,
  epochHash,
  newEpoch,
  open,
  openEpoch,
  seal,
  type Sealed,
  toBase64Url
} from '../../../web/lib/e2ee/index.ts';
import { type Device, Someone } from '../../e2ee/world.ts';

/** Bytes anywhere in a value as base64url, as the API takes them. */
export function asJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return toBase64Url(value);
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, asJson(field)]));
}

type Known = { epoch: Epoch; secret: Uint8Array<ArrayBuffer> };
type Where = { conversationId: string; messageId: string; kind: ContentKind };

/** Somebody with one device, who does by hand over the REST API what the chat client does by itself. */
export class SealedPerson {
  readonly id: string;
  readonly supabase: SupabaseClient;
  readonly #someone: Someone;
  readonly #device: Device;
  readonly #known = new Map<string, Known>();
  #counter = 0;

  private constructor(supabase: SupabaseClient, someone: Someone, device: Device) {
    this.id = someone.userId;
    this.supabase = supabase;
    this.#someone = someone;
    this.#device = device;
  }

  /** Makes keys for somebody who is signed in and has none yet. */
  static async of({ id, supabase }: { id: string; supabase: SupabaseClient }): Promise<SealedPerson> {
    const someone = await Someone.named(id);
    const device = await someone.addDevice(randomUUID());
    const person = new SealedPerson(supabase, someone, device);
    for (const entry of someone.log) await person.call('append_key_log', { entry: asJson(entry) });
    return person;
  }

  get deviceId(): string {
    return this.#device.keys.deviceId;
  }

  get keys() {
    return this.#someone.keys;
  }

  async call<Result>(name: string, args: Record<string, unknown>): Promise<Result> {
    const { data, error } = await this.supabase.rpc(name, args);
    if (error) throw new Error(`${name}: ${error.code} ${error.message} ${error.details}`);
    return data as Result;
  }

  /** The next epoch for these people, and what start_epoch() takes; known to its maker from now on. */
  async nextEpoch(conversationId: string, people: readonly SealedPerson[]) {
    const before = this.#known.get(conversationId)?.epoch;
    const { epoch, secret, sealed } = await newEpoch(
      { conversationId, number: (before?.number ?? 0) + 1, previous: before ? await epochHash(before) : new Uint8Array() },
      { userId: this.id, deviceId: this.deviceId, signingSecret: this.#device.signing.secret },
      people.map(({ keys }) => keys)
    );
    this.#known.set(conversationId, { epoch, secret });
    const keys = asJson(Object.fromEntries(sealed));
    return { epoch, secret, sealed, args: { conversation_id: conversationId, epoch: asJson(epoch), keys } };
  }

  /** Takes an epoch that somebody else has made. */
  async take(epoch: Epoch, sealed: ReadonlyMap<string, Sealed>): Promise<void> {
    const secret = await openEpoch(epoch, this.deviceId, this.#device.sealing, sealed.get(this.deviceId)!);
    this.#known.set(epoch.conversationId, { epoch, secret });
  }

  /** Seals a text under the epoch that this person knows. */
  async seal(text: string, where: Where, afterSeq = 0): Promise<Envelope> {
    const { epoch, secret } = this.#known.get(where.conversationId)!;
    const sender = { deviceId: this.deviceId, signingSecret: this.#device.signing.secret };
    const order = { counter: ++this.#counter, afterSeq };
    return seal(utf8(text), { ...where, senderId: this.id }, sender, { number: epoch.number, secret }, order);
  }

  /** Opens what somebody has sealed in the epoch that this person knows. */
  async open(envelope: Envelope, where: Where, sender: SealedPerson): Promise<string> {
    return this.openWith(envelope, where, sender, this.#known.get(where.conversationId)!.secret);
  }

  /** The same with the key of another epoch. */
  async openWith(envelope: Envelope, where: Where, sender: SealedPerson, secret: Uint8Array<ArrayBuffer>): Promise<string> {
    const device = sender.keys.past.get(envelope.deviceId);
    return fromUtf8(await open(envelope, { ...where, senderId: sender.id }, device, secret));
  }
}
