/**
 * `npm run bench -- scale`: what an ordinary member's calls cost on a small and on a large platform, under row-level security,
 * one after the other in the same run. The member is the same, so each ratio should be near 1.
 *   --small N (1e4 messages)   --large N (1e6)   --rounds N (60)
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { memberCalls } from './calls.ts';
import { startPlatform } from './platform.ts';
import { spread } from './statistics.ts';

const { values } = parseArgs({
  options: {
    small: { type: 'string', default: '1e4' },
    large: { type: 'string', default: '1e6' },
    rounds: { type: 'string', default: '60' }
  }
});
const WARM_UP = 8;
const rounds = Number(values.rounds);
const sizes = [values.small, values.large];

const platforms = [];
try {
  for (const size of sizes) {
    console.log(`\nA platform of ${size} messages`);
    platforms.push(
      await startPlatform({
        messages: Number(size),
        onStep: (step, ms) => console.log(`${(ms / 1000).toFixed(1).padStart(7)} s  ${step}`)
      })
    );
  }
  const [small, large] = platforms as [(typeof platforms)[0], (typeof platforms)[0]];
  const calls = { small: await memberCalls(small.observer), large: await memberCalls(large.observer) };

  console.log(`\n${cpus().length} cores, Node ${process.version}; median of ${rounds}, in milliseconds`);
  console.log(`${''.padEnd(28)}${sizes.map((size) => size.padStart(10)).join('')}     ratio`);
  for (const [n, { name }] of calls.small.entries()) {
    const times = { small: [] as number[], large: [] as number[] };
    for (let round = -WARM_UP; round < rounds; round += 1) {
      for (const [size, { observer }] of [
        ['small', small],
        ['large', large]
      ] as const) {
        const { text, values: parameters } = calls[size][n]!;
        const started = performance.now();
        await observer.query({ name, text, values: parameters });
        if (round >= 0) times[size].push(performance.now() - started);
      }
    }
    const [a, b] = [spread(times.small).p50, spread(times.large).p50];
    console.log(
      `${name.padEnd(28)}${a.toFixed(2).padStart(10)}${b.toFixed(2).padStart(10)}${`1 : ${(b / a).toFixed(2)}`.padStart(10)}`
    );
  }
} finally {
  for (const platform of platforms) await platform.stop();
}
process.exit();
