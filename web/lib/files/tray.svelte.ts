import type { ConversationView, Files, LocalFile } from '#lib/chat/index.ts';
import { encryptedLength } from '#lib/e2ee/file/file-cipher.ts';
import { ANY_TYPE, kindOf, type FileKind } from './kind.ts';

/** Why a file cannot be sent. */
export type Problem = { type: 'too_large'; mostBytes: number } | { type: 'empty' };

/** A file that was picked and is not sent yet. */
export type Staged = {
  readonly id: number;
  readonly file: File;
  readonly kind: FileKind;
  /** Of a picture or video, to be shown. */
  readonly preview: string | null;
  readonly problem: Problem | null;
};

/** What the server takes in one message. */
export const MOST_FILES = 10;

type Recipient = Pick<ConversationView, 'sendFiles'>;

/** The files beside the text that is being written. */
export class Tray {
  #files: Pick<Files, 'types'>;
  #staged = $state.raw<readonly Staged[]>([]);
  #types: ReadonlyMap<string, number> | null = null;
  #ids = 0;
  /** Begun when a file is picked, so that sending need not wait. */
  #prepared = new WeakMap<File, Promise<LocalFile>>();
  #original = $state(false);
  /** There were more than a message can take. */
  tooMany = $state(false);
  #busy = $state(false);
  #encrypted = $state(false);

  constructor(files: Pick<Files, 'types'>) {
    this.#files = files;
  }

  get staged(): readonly Staged[] {
    return this.#staged;
  }

  /** Pictures are sent as they are, and not made smaller. */
  get original(): boolean {
    return this.#original;
  }

  set original(original: boolean) {
    this.#original = original;
    this.#prepared = new WeakMap();
    this.#judge();
  }

  /** They go to an encrypted conversation: to the server all are of one kind, and each is a little larger. */
  set encrypted(encrypted: boolean) {
    if (encrypted === this.#encrypted) return;
    this.#encrypted = encrypted;
    this.#judge();
  }

  /** Files are being made ready. */
  get busy(): boolean {
    return this.#busy;
  }

  get hasPictures(): boolean {
    return this.#staged.some(({ kind }) => kind === 'picture');
  }

  /** There is something to send, and nothing in the way. */
  get sendable(): boolean {
    return this.#staged.length > 0 && !this.#busy && this.#staged.every(({ problem }) => problem === null);
  }

  /** Bytes of all. */
  get size(): number {
    return this.#staged.reduce((sum, { file }) => sum + file.size, 0);
  }

  async add(files: Iterable<File>): Promise<void> {
    const room = MOST_FILES - this.#staged.length;
    const picked = [...files];
    this.tooMany = picked.length > room;
    const added = picked.slice(0, room).map((file): Staged => {
      const kind = kindOf(file.type);
      const preview = kind === 'picture' || kind === 'video' ? URL.createObjectURL(file) : null;
      return { id: (this.#ids += 1), file, kind, preview, problem: this.#problem(file) };
    });
    this.#staged = [...this.#staged, ...added];
    // Without a network the server says later.
    this.#types ??= await this.#files.types().catch(() => null);
    this.#judge();
    for (const one of added) void this.#ready(one);
  }

  remove(id: number): void {
    const staged = this.#staged.find((one) => one.id === id);
    if (staged?.preview) URL.revokeObjectURL(staged.preview);
    this.#staged = this.#staged.filter((one) => one !== staged);
    this.tooMany = false;
  }

  clear(): void {
    for (const { id } of this.#staged) this.remove(id);
    this.original = false;
  }

  /** Sends what lies here with this text. What cannot be kept by this device stays here, and the error is thrown. */
  async send(to: Recipient, text: string, replyTo: number | null): Promise<void> {
    this.#busy = true;
    try {
      const files = await Promise.all(this.#staged.map((one) => this.#ready(one)));
      await to.sendFiles(text, files, { replyTo });
    } finally {
      this.#busy = false;
    }
    this.clear();
  }

  #ready({ file }: Staged): Promise<LocalFile> {
    const known = this.#prepared.get(file) ?? this.#prepare(file);
    this.#prepared.set(file, known);
    return known;
  }

  /** What reads and writes pictures is loaded with the first file. */
  async #prepare(file: File): Promise<LocalFile> {
    const original = this.#original;
    const { prepare } = await import('./prepare.ts');
    return prepare(file, original, this.#types);
  }

  #judge(): void {
    this.#staged = this.#staged.map((one) => ({ ...one, problem: this.#problem(one.file) }));
  }

  #problem(file: File): Problem | null {
    if (file.size === 0) return { type: 'empty' };
    const types = this.#types;
    const mostBytes = (this.#encrypted ? undefined : types?.get(file.type)) ?? types?.get(ANY_TYPE) ?? Infinity;
    const bytes = this.#encrypted ? encryptedLength(file.size) : file.size;
    // A picture is made smaller, unless the original is wanted.
    const shrinks = kindOf(file.type) === 'picture' && !this.original && file.type !== 'image/gif';
    return bytes > mostBytes && !shrinks ? { type: 'too_large', mostBytes } : null;
  }
}
