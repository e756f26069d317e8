import { type ContentKind, Distrusted, type DistrustCode, open, type Place } from '../../e2ee/index.ts';
import { LiveValue, type Live } from '../live.ts';
import type { Log } from '../log.ts';
import type { EnvelopeRow } from '../wire/rows.ts';
import { fromBytes, type Contents } from './content.ts';
import { fromRow } from './envelope-row.ts';
import type { Epochs } from './epochs.ts';
import type { PeopleKeys } from './people-keys.ts';

/**
 * Why something is not shown. waiting: it is just being opened. no_key: this device does not have the key, yet or for ever.
 * unsealed: it came as it stands where everybody seals.
 */
export type ClosedReason = 'waiting' | 'no_key' | 'unsealed' | DistrustCode;

/** What an envelope says, or why that is not known. */
export type Opened<Kind extends ContentKind> = { content: Contents[Kind] } | { closed: ClosedReason };

type Options = { epochs: Epochs; people: PeopleKeys; log: Log };

/** The key, or the epoch itself, may come later. */
const MAY_COME: ReadonlySet<ClosedReason> = new Set(['no_key', 'unknown_epoch']);
const WAITING = { closed: 'waiting' } as const;
/** So many are opened at once: the page has other things to do, too. */
const AT_ONCE = 8;

/** Opens envelopes, each once, in the background; what is known meanwhile is told at once. Never throws. */
export class Opener {
  #options: Options;
  #opened = new Map<string, Opened<ContentKind>>();
  /** Those without a key, by conversation. */
  #keyless = new Map<string, Map<string, () => void>>();
  #queue: (() => Promise<void>)[] = [];
  #running = 0;
  #changes = new LiveValue(0);

  constructor(options: Options) {
    this.#options = options;
  }

  /** Another value whenever more is open. */
  get changes(): Live<number> {
    return this.#changes;
  }

  /** What is known of an envelope now; what is not is looked for. */
  get<Kind extends ContentKind>(place: Place & { kind: Kind }, row: EnvelopeRow): Opened<Kind> {
    const name = nameOf(place, row);
    const known = this.#opened.get(name);
    if (known) return known as Opened<Kind>;
    this.#opened.set(name, WAITING);
    this.#enqueue(name, place, row);
    return WAITING;
  }

  /** What this device has sealed itself. */
  put(place: Place, row: EnvelopeRow, content: Contents[ContentKind]): void {
    this.#opened.set(nameOf(place, row), { content });
  }

  /** Keys may have come: what waits for them is tried again. */
  retry(conversationId: string): void {
    const keyless = this.#keyless.get(conversationId);
    this.#keyless.delete(conversationId);
    for (const again of keyless?.values() ?? []) again();
  }

  /** What an envelope says, as soon as that is known. */
  async whenKnown<Kind extends ContentKind>(place: Place & { kind: Kind }, row: EnvelopeRow): Promise<Opened<Kind>> {
    let known = this.get(place, row);
    while ('closed' in known && known.closed === 'waiting') {
      await this.#change();
      known = this.get(place, row);
    }
    return known;
  }

  /** All that was asked for so far is known. */
  async settled(): Promise<void> {
    while (this.#running > 0) await this.#change();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const release = this.#changes.subscribe(() => {
        release();
        resolve();
      });
    });
  }

  #enqueue(name: string, place: Place, row: EnvelopeRow): void {
    this.#queue.push(async () => {
      const opened = await this.#open(place, row);
      this.#opened.set(name, opened);
      if ('closed' in opened && MAY_COME.has(opened.closed)) {
        const keyless = this.#keyless.get(place.conversationId) ?? new Map<string, () => void>();
        this.#keyless.set(place.conversationId, keyless);
        keyless.set(name, () => this.#enqueue(name, place, row));
      }
    });
    this.#work();
  }

  #work(): void {
    while (this.#running < AT_ONCE) {
      const next = this.#queue.shift();
      if (!next) return;
      this.#running += 1;
      void next().finally(() => {
        this.#running -= 1;
        // A page of messages is told of once.
        if (this.#running === 0 || this.#queue.length === 0) this.#changes.set(this.#changes.current + 1);
        this.#work();
      });
    }
  }

  async #open(place: Place, row: EnvelopeRow): Promise<Opened<ContentKind>> {
    const { epochs, people, log } = this.#options;
    try {
      const envelope = fromRow(row);
      await people.need([place.senderId]);
      if (!people.get(place.senderId)?.past.has(row.deviceId)) await people.follow([place.senderId]);
      await epochs.ready(place.conversationId);
      if (!epochs.epoch(place.conversationId, row.epoch)) await epochs.refresh(place.conversationId);
      const epoch = epochs.epoch(place.conversationId, row.epoch);
      const secret = await epochs.secret(place.conversationId, row.epoch);
      if (!epoch) return { closed: 'unknown_epoch' };
      if (!secret) return { closed: 'no_key' };
      // Whom the key was not for cannot speak with it, even who has got hold of it.
      const isMember = epoch.members.some(
        ({ userId, deviceIds }) => userId === place.senderId && deviceIds.includes(row.deviceId)
      );
      const device = isMember ? people.get(place.senderId)?.past.get(row.deviceId) : undefined;
      return { content: fromBytes(place.kind, await open(envelope, place, device, secret)) };
    } catch (error) {
      log('not_opened', { place, error });
      // What could not be asked for now is tried when there is reason to hope.
      return { closed: error instanceof Distrusted ? error.code : 'no_key' };
    }
  }
}

/** All of it: what was opened once says nothing of a row in which anything is otherwise. */
const nameOf = ({ conversationId, messageId, kind, senderId }: Place, row: EnvelopeRow): string => {
  const { scheme, epoch, deviceId, counter, afterSeq, ciphertext, signature } = row;
  return [
    ...[conversationId, messageId, kind, senderId],
    ...[scheme, epoch, deviceId, counter, afterSeq, signature, ciphertext]
  ].join('/');
};
