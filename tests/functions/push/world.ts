/** People with devices, on a stack of their own whose pushes go to a push service of the test's. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { PROJECT } from '../../../supabase/embedded/paths.ts';
import { loadVapidKeys, type VapidKeys } from '../../../supabase/embedded/vapid.ts';
import { given, type Someone, someone, startGroup } from '../../storage/files.ts';
import type { Device } from '../../support/push/device.ts';
import { PushService } from '../../support/push/service.ts';
import { startTestStack, type TestStack } from '../../support/test-stack.ts';

export class PushWorld {
  readonly stack: TestStack;
  readonly service: PushService;
  readonly sql: pg.Pool;
  readonly vapidKeys: VapidKeys;

  private constructor(stack: TestStack, service: PushService, vapidKeys: VapidKeys) {
    this.stack = stack;
    this.service = service;
    this.vapidKeys = vapidKeys;
    this.sql = new pg.Pool({ connectionString: stack.dbUrl, max: 4 });
    // Of the connections some are killed by tests.
    this.sql.on('error', () => undefined);
  }

  static async start(): Promise<PushWorld> {
    const [stack, service] = await Promise.all([startTestStack(), PushService.start()]);
    const world = new PushWorld(stack, service, await loadVapidKeys(stack.home, PROJECT));
    await world.sql.query(
      `update private.settings set push_inside_hosts = '{127.0.0.1}', push_delay = '0.3 seconds', send_rate = 1000, send_burst = 1000`
    );
    return world;
  }

  someone(name: string): Promise<Someone> {
    return someone(this.stack, name);
  }

  /** A browser of somebody's that has allowed pushes. */
  async device({ supabase }: Someone): Promise<Device> {
    const device = this.service.subscribe(this.vapidKeys.publicKey);
    const { endpoint, p256dh, auth } = device;
    await given(supabase.rpc('save_push_subscription', { endpoint, p256dh, auth, device_id: randomUUID(), label: 'Test' }));
    return device;
  }

  group(owner: Someone, ...members: Someone[]): Promise<string> {
    return startGroup(owner.supabase, members);
  }

  async say({ supabase }: Someone, conversation_id: string, content: string): Promise<number> {
    const message = await given(supabase.rpc('send_message', { conversation_id, id: randomUUID(), content }));
    return (message as { seq: number }).seq;
  }

  read({ supabase }: Someone, conversation: string, seq: number): Promise<unknown> {
    return given(supabase.rpc('mark_read', { marks: { [conversation]: seq } }));
  }

  /** Tells people of so many things without a conversation: each is a notification of its own, with a tag of its own. */
  async announce(people: { id: string }[], count: number): Promise<void> {
    await this.sql.query(
      `select private.notify($1, key, 'announcement', jsonb_build_object('title', key, 'text', key))
       from (select gen_random_uuid()::text from generate_series(1, $2)) k (key)`,
      [people.map(({ id }) => id), count]
    );
  }

  /** How the deliveries of a key, or of all, have ended. */
  async deliveries(where = 'true', values: unknown[] = []): Promise<{ key: string; state: string; reason: string }[]> {
    const { rows } = await this.sql.query<{ key: string; state: string; reason: string }>(
      `select d.key, d.state, d.reason from public.notification_deliveries d where d.channel = 'push' and ${where} order by d.id`,
      values
    );
    return rows;
  }

  /** Resolves when nothing is left to be pushed. */
  async settled(): Promise<void> {
    const open = `select (select count(*) from private.push_jobs)
      + (select count(*) from public.notification_deliveries where channel = 'push' and state in ('waiting', 'sending'))`;
    for (;;) {
      const { rows } = await this.sql.query<{ '?column?': string }>(open).catch(() => ({ rows: [] }));
      if (rows[0]?.['?column?'] === '0') return;
      await this.pause();
    }
  }

  /** What waits for another attempt is due now. */
  async hurry(): Promise<void> {
    await this.sql.query(`update private.pushes set next_at = now() where state = 'waiting'`);
    await this.ring();
  }

  async ring(): Promise<Response> {
    const { rows } = await this.sql.query<{ secret: string }>('select secret from private.doorbell');
    return fetch(`${this.stack.apiUrl}/functions/v1/push`, { method: 'POST', headers: { 'x-doorbell': rows[0]!.secret } });
  }

  /** Until it may be asked again. */
  pause(): Promise<unknown> {
    return this.sql.query('select pg_sleep(0.02)').catch(() => undefined);
  }

  async stop(): Promise<void> {
    await this.sql.end();
    await this.service.stop();
    await this.stack.stop();
  }
}
