import { sealEpochKey, type DeviceKeys, type Epoch } from '../../e2ee/index.ts';
import type { Sealed } from '../../e2ee/sealing.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { ConversationBackend } from './conversation-backend.ts';
import type { Epochs } from './epochs.ts';
import type { OwnKeys } from './own-keys.ts';
import type { PeopleKeys } from './people-keys.ts';

type Options = {
  own: OwnKeys;
  people: PeopleKeys;
  epochs: Epochs;
  backend: Pick<ConversationBackend, 'handOver'>;
  /** Whether new members are to read what was said before: what the members have signed, not what the server says. */
  isHanded: (conversationId: string) => Promise<boolean>;
  clock: Clock;
  log: Log;
};

/** In one call. */
const KEYS_MAX = 500;
/** So long each waits for those before it. */
const TURN_MS = 3_000;

type Wanted = { number: number; device: DeviceKeys };

/**
 * Gives devices that have come the keys of earlier epochs, where a conversation hands its history to new members. All that were there
 * before could: each waits for its turn, whoever has made the epoch first, and leaves it where somebody was faster.
 */
export class EarlierKeys {
  #options: Options;
  /** The last epoch before those to whom nothing was given yet, and what ends the waiting. */
  #pending = new Map<string, { before: Epoch; cancel: () => void }>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** There is another epoch than `before`. */
  came(conversationId: string, before: Epoch, newest: Epoch): void {
    const turn = turnOf(this.#options.own.device?.deviceId, before, newest);
    const waiting = this.#pending.get(conversationId);
    waiting?.cancel();
    this.#pending.delete(conversationId);
    if (turn < 0) return;
    const since = waiting?.before ?? before;
    const go = () => {
      this.#pending.delete(conversationId);
      this.#hand(conversationId, idsIn(since), turn > 0).catch((error: unknown) => this.#options.log('keys_not_handed', error));
    };
    if (turn === 0) return go();
    this.#pending.set(conversationId, { before: since, cancel: this.#options.clock.after(turn * TURN_MS, go) });
  }

  /** Gives all members of now what this device has: somebody who may has just said so. */
  async handAll(conversationId: string): Promise<void> {
    await this.#give(conversationId, new Set(), false);
  }

  async #hand(conversationId: string, old: ReadonlySet<string>, mayBeDone: boolean): Promise<void> {
    if (await this.#options.isHanded(conversationId)) await this.#give(conversationId, old, mayBeDone);
  }

  async #give(conversationId: string, old: ReadonlySet<string>, mayBeDone: boolean): Promise<void> {
    const { backend, epochs } = this.#options;
    const newest = epochs.newest(conversationId);
    const wanted = newest ? await this.#wanted(conversationId, newest, old) : [];
    const last = wanted.at(-1);
    if (!last) return;
    // Whoever was faster began at the other end: who finds this one given has nothing to do.
    if (mayBeDone && (await backend.handOver(conversationId, await this.#sealed(conversationId, [last]))) === 0) return;
    for (let from = 0; from < wanted.length; from += KEYS_MAX)
      await backend.handOver(conversationId, await this.#sealed(conversationId, wanted.slice(from, from + KEYS_MAX)));
  }

  /** What the devices of the newest epoch lack that are not among the `old`, and this one has: newest first. */
  async #wanted(conversationId: string, newest: Epoch, old: ReadonlySet<string>): Promise<Wanted[]> {
    const { epochs, own, people } = this.#options;
    const all = epochs.all(conversationId);
    const secrets = await Promise.all(all.map(({ number }) => epochs.secret(conversationId, number)));
    const devices = newest.members.flatMap(({ userId, deviceIds }) =>
      deviceIds.flatMap((deviceId) => (old.has(deviceId) ? [] : (people.get(userId)?.devices.get(deviceId) ?? [])))
    );
    return all
      .filter((_, n) => secrets[n])
      .toSorted((a, b) => b.number - a.number)
      .flatMap((epoch) => {
        const has = idsIn(epoch).add(own.device?.deviceId ?? '');
        return devices.filter(({ deviceId }) => !has.has(deviceId)).map((device) => ({ number: epoch.number, device }));
      });
  }

  async #sealed(conversationId: string, wanted: readonly Wanted[]): Promise<Map<number, Map<string, Sealed>>> {
    const { epochs } = this.#options;
    const sealed = new Map<number, Map<string, Sealed>>();
    for (const { number, device } of wanted) {
      const epoch = epochs.epoch(conversationId, number);
      const secret = await epochs.secret(conversationId, number);
      if (!epoch || !secret) continue;
      const keys = sealed.get(number) ?? new Map<string, Sealed>();
      sealed.set(number, keys.set(device.deviceId, await sealEpochKey(epoch, device, secret)));
    }
    return sealed;
  }
}

const idsIn = ({ members }: Epoch): Set<string> => new Set(members.flatMap(({ deviceIds }) => deviceIds));

/** The how manieth a device is of those that were there before and still are: its maker first; −1 if it is none of them. */
export function turnOf(deviceId: string | undefined, before: Epoch, newest: Epoch): number {
  const were = idsIn(before);
  const still = [...idsIn(newest)].filter((id) => were.has(id)).toSorted();
  // Another one begins each time.
  const from = newest.number % Math.max(1, still.length);
  const first = still.includes(newest.makerDeviceId) ? [newest.makerDeviceId] : [];
  const order = new Set([...first, ...still.slice(from), ...still.slice(0, from)]);
  return deviceId === undefined ? -1 : [...order].indexOf(deviceId);
}
