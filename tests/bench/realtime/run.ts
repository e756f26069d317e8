/**
 * `npm run bench -- realtime`: the Realtime server next to a bare `ws` server that is measured in the same run. Options:
 *   --only NAME[,NAME…]   echo, crowd, commit, joins, changes
 *   --short               a tenth of the messages
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Spread } from '../statistics.ts';
import { startBare } from './bare.ts';
import { measureChanges } from './changes.ts';
import { measureCommits } from './commit.ts';
import { measureCrowd } from './crowd.ts';
import { measureEcho } from './echo.ts';
import { measureJoins } from './joins.ts';
import { startServer } from './server.ts';

const { values } = parseArgs({ options: { only: { type: 'string' }, short: { type: 'boolean', default: false } } });
const part = values.short ? 0.1 : 1;
const only = values.only?.split(',');

const ms = (value: number) => `${value.toFixed(2)} ms`;
const spreadText = ({ p50, p95, p99 }: Spread) => `p50 ${ms(p50)} · p95 ${ms(p95)} · p99 ${ms(p99)}`;
const ratio = (a: number, b: number, wanted: string) => `ratio ${(a / b).toFixed(2)} (wanted ${wanted})`;
const cpuText = (cpu: { ours: number; bare: number }) => `CPU ${cpu.ours.toFixed(1)} µs, bare ${cpu.bare.toFixed(1)} µs`;
const kilobytes = (bytes: number) => `${(bytes / 1_024).toFixed(1)} kB`;

const [server, bare] = [await startServer(), await startBare()];

const MEASUREMENTS: Record<string, () => Promise<void>> = {
  async echo() {
    const { ours, bare: echo, cpu } = await measureEcho(server, bare, 5_000 * part);
    console.log(`client to client:  ${spreadText(ours)}\nbare echo:         ${spreadText(echo)}`);
    console.log(`                   ${ratio(ours.p50, echo.p50, 'at most 1.5')}; ${cpuText(cpu)}`);
  },
  async crowd() {
    for (const [count, messages] of [
      [100, 300 * part],
      [1_000, 40 * part]
    ] as const) {
      const { ours, bare: others, cpu } = await measureCrowd(server, bare, count, messages);
      console.log(
        `one broadcast to ${count}: ${Math.round(ours)} deliveries/s, bare ${Math.round(others)}: ${ratio(ours, others, 'at least 0.8')}; ${cpuText(cpu)}`
      );
    }
  },
  async commit() {
    const { fromCommit, fromSent } = await measureCommits(server, 500, 20 * part);
    console.log(`500 commits/s, commit → callback:     ${spreadText(fromCommit)} (wanted p50 2, p99 10 on a quiet machine)`);
    console.log(`               statement → callback:  ${spreadText(fromSent)}`);
  },
  async changes() {
    for (const [subscribers, count] of [
      [1, 10_000 * part],
      [1_000, 200 * part]
    ] as const) {
      const { changesPerSecond, deliveriesPerSecond, cpuMs } = await measureChanges(server, subscribers, count);
      console.log(
        `changed rows under a policy, ${subscribers} with the same claims: ${Math.round(changesPerSecond)} changes/s, ` +
          `${Math.round(deliveriesPerSecond)} deliveries/s, ${ms(cpuMs)} of the server's CPU a change`
      );
    }
  },
  async joins() {
    const count = 2_000 * part;
    const own = { server: await startServer(), bare: await startBare() };
    const result = await measureJoins(own.server, own.bare, count).finally(() =>
      Promise.all([own.server.stop(), own.bare.stop()])
    );
    console.log(`${count} sockets on private channels, 20 coming in at once: ${Math.round(result.perSecond)} sockets/s`);
    console.log(`  the server's CPU       ${ms(result.cpuMs)} a socket`);
    console.log(`  opening the socket     ${spreadText(result.connecting)}`);
    console.log(`  joining, public        ${spreadText(result.joiningPublic)}`);
    console.log(`  joining, private       ${spreadText(result.joiningPrivate)}`);
    console.log(`  its policies, alone    ${spreadText(result.policy)}`);
    console.log(`  memory of a socket     ${kilobytes(result.bytesPerSocket)}, bare ws ${kilobytes(result.bareBytesPerSocket)}`);
  }
};

console.log(
  `${cpus().length} cores, Node ${process.version}, load before ${loadavg()[0]!.toFixed(2)}; clients and servers share them\n`
);
try {
  for (const [name, measure] of Object.entries(MEASUREMENTS)) if (!only || only.includes(name)) await measure();
} finally {
  await bare.stop();
  await server.stop();
}
