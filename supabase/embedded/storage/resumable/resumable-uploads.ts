/**
 * Uploads in parts by the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload). The caller's right is tried out when an
 * upload is made and with each part; the object is made, as the caller, once the last byte is here, and not before.
 */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server, type ServerOptions } from '@tus/server';
import type { Caller } from '../caller.ts';
import { fromDatabase, StorageError } from '../errors.ts';
import type { FileStore } from '../files.ts';
import { checkAllowed } from '../mime.ts';
import type { Target, Uploads } from '../uploads.ts';
import { describeFile, type FileDescription } from './description.ts';
import { PartialFiles } from './partial-files.ts';

/** As whom an object is made. */
export interface Rights {
  caller: Caller;
  /** Differs from the caller with a signed URL. */
  owner: string | undefined;
  upsert: boolean;
}

/** What a request may do with the object `bucket/name`. @throws {StorageError} when it may nothing */
export type Sender = (object: string) => Promise<Rights>;

interface Options {
  /** Folder for uploads under way. */
  directory: string;
  /** Path below which their URLs lie. */
  path: string;
  /** How long an upload may be resumed. */
  lifetimeMs: number;
  /** Bytes that no file may exceed, whatever its bucket says. */
  fileSizeLimit: number;
  onError: (error: unknown) => void;
}

type TusRequest = Parameters<NonNullable<ServerOptions['onIncomingRequest']>>[0];

/** What is known of a request while tus-server works on it. */
interface Known {
  sender: Sender;
  /** Suffix of the operation's name. */
  suffix: '' | '_signed';
  /** Of an upload that is just being made. */
  file?: FileDescription;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const OPERATIONS: Record<string, string> = { POST: 'create', PATCH: 'part', HEAD: 'get', DELETE: 'delete' };

export class ResumableUploads {
  readonly #uploads: Uploads;
  readonly #files: FileStore;
  readonly #partial: PartialFiles;
  readonly #server: Server;
  readonly #requests = new WeakMap<IncomingMessage, Known>();
  readonly #completing = new Map<string, Promise<void>>();

  constructor(uploads: Uploads, files: FileStore, { directory, path, lifetimeMs, fileSizeLimit, onError }: Options) {
    this.#uploads = uploads;
    this.#files = files;
    this.#partial = new PartialFiles(directory, lifetimeMs);
    this.#server = new Server({
      path,
      datastore: this.#partial,
      respectForwardedHeaders: true,
      disableTerminationForFinishedUploads: true,
      exposedHeaders: ['Upload-Expires', 'Tus-Complete'],
      allowedHeaders: ['ApiKey', 'X-Upsert', 'X-Signature', 'X-Client-Info'],
      generateUrl: (request, { proto, host, id }) => `${proto}://${host}${path}${this.#known(request).suffix && '/sign'}/${id}`,
      getFileIdFromRequest: (_request, last) => (last && ID.test(last) ? last : undefined),
      namingFunction: (request, metadata) => this.#admit(request, metadata),
      maxSize: async (request, id) => (id === null ? fileSizeLimit : (await this.#rules(request, id)).sizeLimit),
      onIncomingRequest: (request, id) => this.#check(request, id),
      onUploadFinish: async (request, upload) => {
        await this.#complete(request, upload.id);
        return { headers: { 'Tus-Complete': '1' } };
      },
      onResponseError: (_request, error) => asTusError(error, onError)
    });
  }

  /** Makes the folder, and forgets uploads that are past their time. */
  async open(): Promise<void> {
    await mkdir(this.#partial.directory, { recursive: true });
    await this.sweep();
  }

  /** Forgets uploads that are past their time. */
  async sweep(): Promise<void> {
    await this.#partial.deleteExpired();
  }

  /** Answers the request. */
  async handle(request: IncomingMessage, response: ServerResponse, sender: Sender, suffix: '' | '_signed'): Promise<void> {
    this.#requests.set(request, { sender, suffix });
    await this.#server.handle(request, response);
  }

  #known(request: TusRequest): Known {
    return this.#requests.get(request.runtime!.node!.req as IncomingMessage)!;
  }

  /** Id for an upload that may be made, as far as its bucket is concerned. */
  async #admit(request: TusRequest, metadata: Record<string, string | null> | undefined): Promise<string> {
    const file = describeFile(metadata);
    const { allowed } = await this.#uploads.rules(file.bucket, file.name);
    checkAllowed(file.mimetype, allowed);
    this.#known(request).file = file;
    return randomUUID();
  }

  async #file(request: TusRequest, id: string): Promise<FileDescription> {
    return this.#known(request).file ?? describeFile((await this.#partial.getUpload(id)).metadata);
  }

  async #rules(request: TusRequest, id: string): ReturnType<Uploads['rules']> {
    const { bucket, name } = await this.#file(request, id);
    return this.#uploads.rules(bucket, name);
  }

  async #target(request: TusRequest, file: FileDescription): Promise<{ rights: Rights; target: Target }> {
    const { sender, suffix } = this.#known(request);
    const { bucket, name } = file;
    const rights = await sender(`${bucket}/${name}`);
    const operation = `storage.tus.upload.${OPERATIONS[request.method] ?? 'part'}${suffix}`;
    return { rights, target: { bucket, name, upsert: rights.upsert, operation } };
  }

  async #check(request: TusRequest, id: string): Promise<void> {
    const file = await this.#file(request, id);
    const { rights, target } = await this.#target(request, file);
    if (request.method === 'HEAD') {
      // The last part came in, and making the object failed: else the client would be told that all is well.
      const upload = await this.#partial.unfinished(id);
      if (upload && upload.offset === upload.size) await this.#complete(request, id);
      return;
    }
    await this.#uploads.permit(rights.caller, target, { mimetype: file.mimetype });
  }

  /** Makes the object, once, whoever asks for it at the same time. */
  async #complete(request: TusRequest, id: string): Promise<void> {
    const running = this.#completing.get(id);
    if (running) return running;
    const completing = this.#place(request, id).finally(() => this.#completing.delete(id));
    this.#completing.set(id, completing);
    return completing;
  }

  async #place(request: TusRequest, id: string): Promise<void> {
    if (!(await this.#partial.unfinished(id))) return;
    const description = await this.#file(request, id);
    const { rights, target } = await this.#target(request, description);
    try {
      if (!(await this.#uploads.isPlaced(target, id))) {
        const file = await this.#files.adopt(this.#partial.pathOf(id), id);
        await this.#uploads.place(rights.caller, target, file, () => description, rights.owner);
      }
    } catch (error) {
      // What was refused for good is not kept: asked for it, the answer is that there is no such upload.
      if (error instanceof StorageError && error.refusal.statusCode < 500) await this.#partial.forget(id);
      throw error;
    }
    await this.#partial.finish(id);
  }
}

/** Undefined leaves tus-server's own answer. */
function asTusError(
  thrown: Error | { status_code: number; body: string },
  onError: (error: unknown) => void
): { status_code: number; body: string } | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const error = fromDatabase(thrown);
  if (error instanceof StorageError && error.refusal.statusCode < 500) {
    return { status_code: error.refusal.statusCode, body: error.message };
  }
  onError(error);
  return { status_code: 500, body: 'Internal Server Error' };
}
