/**
 * `npm run bench -- push`: how fast pushes leave, and how long one takes from the message to the push service's door. The push service is
 * on this machine and answers at once: what a real one takes comes on top, for twenty at a time.
 *   --pushes N (10000)   --people N (100)   --messages N (100)
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { PROJECT } from '../../supabase/embedded/paths.ts';
import { freePorts } from '../../supabase/embedded/ports.ts';
import { loadVapidKeys } from '../../supabase/embedded/vapid.ts';
import { given, someone, startGroup } from '../storage/files.ts';
import { launchStack } from '../support/launched-stack.ts';
import { makeCrowd, tellCrowd } from '../support/push/crowd.ts';
import { PushService } from '../support/push/service.ts';
import { cpuTimes, type Parts } from './cpu.ts';
import { formatSpread, spread } from './statistics.ts';

const { values } = parseArgs({
  options: {
    pushes: { type: 'string', default: '10000' },
    people: { type: 'string', default: '100' },
    messages: { type: 'string', default: '100' }
  }
});
const [pushes, people, messages] = [Number(values.pushes), Number(values.people), Number(values.messages)];

const home = await mkdtemp(path.join(tmpdir(), 'parley-bench-'));
const launched = await launchStack(home, await freePorts());
const { addresses } = launched;
const service = await PushService.start();
const sql = new pg.Pool({ connectionString: addresses.dbUrl, max: 2 });
const { publicKey } = await loadVapidKeys(home, PROJECT);

const PARTS: Parts = { function: /functions\/push\/index\.ts/, PostgREST: /postgrest/, database: /bin\/postgres|^postgres:/ };

/** How many pushes a second leave, when many are due. */
async function drainRate(): Promise<void> {
  await makeCrowd(sql, service, publicKey, people);
  await tellCrowd(sql, pushes / people);
  const before = cpuTimes(launched.launcher.pid!, PARTS);
  const started = Date.now();
  await sql.query(`select private.ring('push')`);
  await service.until(() => service.taken().length >= pushes);
  const seconds = (service.log.at(-1)!.at - started) / 1000;
  const repeated = pushes - new Set(service.log.map(({ device, content }) => `${device} ${String(content?.['key'])}`)).size;
  console.log(`\n${pushes} pushes to ${people} devices, by one worker, twenty at once`);
  console.log(
    `  from the ring to the last: ${seconds.toFixed(1)} s, ${Math.round(pushes / seconds)} a second; ${repeated} twice`
  );
  const after = cpuTimes(launched.launcher.pid!, PARTS);
  const each = Object.entries(after).map(([name, ms]) => `${name} ${((ms - (before[name] ?? 0)) / pushes).toFixed(2)} ms`);
  console.log(`  computed for one: ${each.join(', ')}`);
}

/** Of one message at a time, how long each part of the way takes. */
async function wayOfOne(): Promise<void> {
  const [alice, bob] = await Promise.all([someone(addresses, 'Alice'), someone(addresses, 'Bob')]);
  const group = await startGroup(alice.supabase, [bob]);
  const device = service.subscribe(publicKey);
  const { endpoint, p256dh, auth } = device;
  await given(bob.supabase.rpc('save_push_subscription', { endpoint, p256dh, auth }));
  service.log.length = 0;
  const parts = { claimed: [] as number[], atTheDoor: [] as number[], reported: [] as number[] };
  for (let n = 1; n <= messages; n++) {
    await given(alice.supabase.rpc('send_message', { conversation_id: group, id: randomUUID(), content: `Message ${n}` }));
    await service.until(() => service.log.length >= n);
    const door = service.log.at(-1)!.at;
    const times = `select extract(epoch from m.created_at) * 1000 as said, extract(epoch from d.sent_at) * 1000 as reported, extract(epoch from p.created_at) * 1000 as claimed
      from public.notification_deliveries d
      join public.messages m using (conversation_id, seq)
      join private.pushes p on p.delivery_id = d.id
      where d.channel = 'push' and d.conversation_id = $1 and d.seq = $2 and d.state = 'sent'`;
    for (;;) {
      const { rows } = await sql.query<Record<'said' | 'claimed' | 'reported', string>>(times, [group, n]);
      const [row] = rows;
      if (!row) continue;
      parts.claimed.push(Number(row.claimed) - Number(row.said));
      parts.atTheDoor.push(door - Number(row.said));
      parts.reported.push(Number(row.reported) - Number(row.said));
      break;
    }
  }
  console.log(
    `\nOne message at a time, ${messages} of them, with no delay in which reading cancels (push_delay is 0); since it was said`
  );
  console.log(`  claimed by the worker:           ${formatSpread(spread(parts.claimed))}`);
  console.log(`  at the push service's door:      ${formatSpread(spread(parts.atTheDoor))}`);
  console.log(`  reported to the database:        ${formatSpread(spread(parts.reported))}`);
}

try {
  await sql.query(
    `update private.settings set push_inside_hosts = '{127.0.0.1}', push_delay = '0', send_rate = 1000, send_burst = 1000`
  );
  await drainRate();
  await wayOfOne();
} finally {
  await sql.end();
  await service.stop();
  await launched.stop();
  await rm(home, { recursive: true, force: true });
}
process.exit();
