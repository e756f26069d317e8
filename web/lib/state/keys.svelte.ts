import type { AskingDevice, BackupSecret, Chat, ChatEncryption, OwnDevice, Standing } from '#lib/chat/index.ts';
import { deviceLabel } from '#lib/push/device-label.ts';
import { Reactive } from './reactive.svelte.ts';

/** This person's keys, for the page about them: how this device stands, and what asks to be let in. */
export class Keys {
  readonly own: ChatEncryption['own'];
  readonly #standing;
  /** Devices that ask, with the numbers that they have to show. */
  asking = $state.raw<readonly AskingDevice[]>([]);
  devices = $state.raw<readonly OwnDevice[]>([]);

  private constructor(encryption: ChatEncryption) {
    this.own = encryption.own;
    this.#standing = new Reactive(encryption.own.standing);
  }

  static async load(chat: Chat): Promise<Keys> {
    const keys = new Keys(await chat.encryption());
    await keys.look();
    return keys;
  }

  get standing(): Standing {
    return this.#standing.current;
  }

  /** Asks what there is to ask. Rejects as a call does. */
  async look(): Promise<void> {
    await this.own.refresh();
    if (this.own.device === null) return;
    [this.asking, this.devices] = await Promise.all([this.own.asking(), this.own.devices()]);
  }

  begin(secret: BackupSecret): Promise<void> {
    return this.#then(this.own.begin(secret, deviceLabel(navigator.userAgent)));
  }

  restore(typed: string): Promise<void> {
    return this.#then(this.own.restore(typed, deviceLabel(navigator.userAgent)));
  }

  ask(): Promise<void> {
    return this.own.ask(deviceLabel(navigator.userAgent));
  }

  take(): Promise<void> {
    return this.#then(this.own.take());
  }

  approve(device: AskingDevice): Promise<void> {
    return this.#then(this.own.approve(device));
  }

  refuse(device: AskingDevice): Promise<void> {
    return this.#then(this.own.refuse(device.keys.deviceId));
  }

  remove(deviceId: string, secret: BackupSecret): Promise<void> {
    return this.#then(this.own.remove(deviceId, secret));
  }

  reopen(typed: string): Promise<void> {
    return this.#then(this.own.reopen(typed));
  }

  async #then(done: Promise<void>): Promise<void> {
    await done;
    await this.look();
  }
}
