/** Each worker of vitest takes free ports, its own and those of the stacks that it starts, from a range of its own. */
const SIZE = 3_500;
const worker = Number(process.env.VITEST_POOL_ID ?? 1);
const from = 10_000 + ((worker - 1) % 4) * SIZE;
process.env.PARLEY_FREE_PORTS = `${from}-${from + SIZE}`;
