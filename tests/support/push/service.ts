/**
 * A push service (RFC 8030) on this machine: it refuses whatever a real one would, reads what it could not, keeps a log, and fails
 * when it is told to.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { decrypt } from './decrypt.ts';
import { type Content, Device } from './device.ts';
import { checkVapid } from './vapid-check.ts';

/**
 * What it does with a push that it could accept. hang: takes nothing and never answers. reset: takes nothing and closes the
 * connection. lose: takes it, and closes the connection instead of saying so.
 */
export type Answer = { status: number; headers?: Record<string, string> } | 'hang' | 'reset' | 'lose';

export interface Entry {
  at: number;
  device: string;
  /** 201 for accepted; 0 where the connection was closed or left open. */
  status: number;
  wasTaken: boolean;
  ttlS: number;
  urgency: string | undefined;
  topic: string | undefined;
  /** What was in it, when it could be read. */
  content: Content | undefined;
  /** What was wrong with it. */
  fault: string | undefined;
}

const ACCEPTED: Answer = { status: 201 };
const BODY_MAX = 4096;
const URGENCIES = ['very-low', 'low', 'normal', 'high'];

class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export class PushService {
  readonly log: Entry[] = [];
  /** Of how many requests it is in the middle, and the most there have been. */
  underWay = 0;
  mostUnderWay = 0;
  connections = 0;
  answer: (device: Device, content: Content) => Answer | Promise<Answer> = () => ACCEPTED;
  readonly #devices = new Map<string, Device>();
  readonly #waiting = new Set<() => void>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  static async start(port = 0): Promise<PushService> {
    const service = new PushService();
    service.#server.on('connection', () => (service.connections += 1));
    service.#server.listen(port, '127.0.0.1');
    await once(service.#server, 'listening');
    return service;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  subscribe(applicationServerKey?: string): Device {
    const device = new Device(this.origin, applicationServerKey);
    this.#devices.set(device.id, device);
    return device;
  }

  /** The browser withdraws it, or its data is cleared: what is sent there is answered with 410. */
  unsubscribe(device: Device): void {
    this.#devices.delete(device.id);
  }

  /** What was taken, of one device or of all. */
  taken(device?: Device): Content[] {
    return this.log.filter((entry) => entry.wasTaken && (!device || entry.device === device.id)).map(({ content }) => content!);
  }

  /** Resolves when the log is so; the test's own limit of time ends it otherwise. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    const entry: Entry = {
      at: Date.now(),
      device: /^\/push\/([\w-]+)$/.exec(request.url ?? '')?.[1] ?? '',
      status: 0,
      wasTaken: false,
      ttlS: Number(request.headers.ttl),
      urgency: request.headers.urgency as string | undefined,
      topic: request.headers.topic as string | undefined,
      content: undefined,
      fault: undefined
    };
    try {
      const device = this.#checked(request, entry, await buffer(request));
      const answer = await this.answer(device, entry.content!);
      entry.wasTaken = answer === 'lose' || (typeof answer === 'object' && answer.status < 300);
      if (entry.wasTaken) device.take(entry.topic, entry.content!, entry.ttlS);
      if (answer === 'reset' || answer === 'lose') request.socket.destroy();
      if (typeof answer === 'object') {
        entry.status = answer.status;
        response.writeHead(answer.status, { location: `${this.origin}/message/${this.log.length}`, ...answer.headers }).end();
      }
    } catch (error) {
      entry.status = error instanceof Refused ? error.status : 400;
      entry.fault = (error as Error).message;
      response.writeHead(entry.status).end(entry.fault);
    }
    this.underWay -= 1;
    this.log.push(entry);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #checked({ method, headers }: IncomingMessage, entry: Entry, body: Buffer): Device {
    if (method !== 'POST') throw new Refused(405, `a push is no ${method}`);
    const device = this.#devices.get(entry.device);
    if (!device) throw new Refused(410, 'nobody is subscribed there');
    const sender = this.#sender(headers.authorization);
    if (device.applicationServerKey !== undefined && sender !== device.applicationServerKey) {
      throw new Refused(403, 'the subscription is to another sender');
    }
    if (!/^\d+$/.test(headers.ttl as string)) throw new Refused(400, 'it has no TTL');
    if (entry.urgency !== undefined && !URGENCIES.includes(entry.urgency)) throw new Refused(400, `urgency ${entry.urgency}`);
    if (entry.topic !== undefined && !/^[\w-]{1,32}$/.test(entry.topic)) throw new Refused(400, `topic ${entry.topic}`);
    if (body.length > BODY_MAX) throw new Refused(413, `${body.length} bytes`);
    if (headers['content-encoding'] !== 'aes128gcm') throw new Refused(415, `encoded by ${headers['content-encoding']}`);
    entry.content = JSON.parse(decrypt(body, device.keys).toString()) as Content;
    return device;
  }

  #sender(authorization: string | undefined): string {
    try {
      return checkVapid(authorization, this.origin);
    } catch (error) {
      throw new Refused(401, (error as Error).message);
    }
  }
}
