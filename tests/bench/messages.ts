/**
 * `npm run bench -- messages`: how fast it is, on this machine, now. All in one run, so that the ratios mean something where the figures
 * alone do not: the same Postgres, the bare insert first, then the whole path with the real client library.
 *   --pairs N (25)   --rate N (50 messages a second)   --seconds N (20)
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { freePorts } from '../../supabase/embedded/ports.ts';
import { launchStack } from '../support/launched-stack.ts';
import { measureBaseline } from './baseline.ts';
import { applyLoad } from './load.ts';
import { connectPairs } from './pairs.ts';
import { formatSpread } from './statistics.ts';
import { highestSustained } from './sustained.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '25' },
    rate: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '20' }
  }
});
const pairCount = Number(values.pairs);
const rate = Number(values.rate);
const seconds = Number(values.seconds);

const home = await mkdtemp(path.join(tmpdir(), 'parley-bench-'));
const launched = await launchStack(home, await freePorts());
const stack = launched.addresses;
try {
  console.log(
    `\n${cpus().length} cores (${cpus()[0]?.model.trim()}), Node ${process.version}; clients, stack and database on this one machine\n`
  );

  console.log('The bare insert: bump a row, insert a row, commit');
  const baselines = [];
  for (const clients of [1, 8]) {
    const baseline = await measureBaseline({ databaseUrl: stack.dbUrl, conversations: pairCount, clients, seconds: seconds / 2 });
    baselines.push(baseline);
    console.log(
      `  ${baseline.tool}, ${clients} client${clients > 1 ? 's' : ''}: ${Math.round(baseline.perSecond)}/s, mean ${baseline.meanMs.toFixed(2)} ms`
    );
  }

  const pairs = await connectPairs(stack, pairCount);
  console.log(`\n${pairCount} pairs, ${rate} messages a second: send_message() by supabase-js → the other person's client`);
  const steady = await applyLoad(pairs, rate, seconds);
  console.log(`  arrived:      ${formatSpread(steady.arrived)}`);
  console.log(`  acknowledged: ${formatSpread(steady.acknowledged)}`);
  console.log(`  ${steady.sent} sent, ${steady.lost} lost, ${steady.refused} refused`);

  console.log(`\nHighest rate with p99 below 1 s and nothing lost, ${seconds / 2} s each`);
  const best = await highestSustained(pairs, rate * 2, seconds / 2, (result) =>
    console.log(
      `  ${result.rate}/s: ${formatSpread(result.arrived)}; ${result.lost} lost, ${result.refused} refused ${[...result.reasons].join('; ')}`
    )
  );
  await pairs.stop();

  const [single, several] = baselines as [(typeof baselines)[0], (typeof baselines)[0]];
  console.log(
    `\nhighest sustained: ${best?.rate ?? 0}/s = ${(((best?.rate ?? 0) / several.perSecond) * 100).toFixed(1)} % of the bare insert with 8 clients`
  );
  console.log(
    `median to the other client: ${(steady.arrived.p50 / single.meanMs).toFixed(1)} × the mean of the bare insert with 1 client`
  );
} finally {
  await launched.stop();
  await rm(home, { recursive: true, force: true });
}
process.exit();
