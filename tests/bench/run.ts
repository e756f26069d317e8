/**
 * `npm run bench -- [NAME] [OPTION…]`: how fast it is, on this machine, now. Figures of one run are to be compared with each
 * other: the ratios mean something where the figures alone do not.
 */
const BENCHES: Record<string, () => Promise<unknown>> = {
  /** The whole path, from send_message() to the other person's client. */
  messages: () => import('./messages.ts'),
  /** A client that has lost its socket: until it is live again. */
  client: () => import('./client.ts'),
  /** The Realtime server alone, next to a bare WebSocket server. */
  realtime: () => import('./realtime/run.ts'),
  /** Web Push: how fast they leave, and how long one takes. */
  push: () => import('./push.ts'),
  /** End-to-end encryption, beside the same without it. */
  encryption: () => import('./encryption/run.ts'),
  /** What Lighthouse says of the web app. */
  lighthouse: () => import('./lighthouse.ts'),
  /** Whether the web app keeps up: frames while one scrolls, and interactions while messages come in. */
  frames: () => import('./frames/run.ts'),
  /** What an ordinary member's calls cost on a small and on a large platform. */
  scale: () => import('./scale.ts')
};

const given = process.argv[2];
const name = given === undefined || given.startsWith('-') ? 'messages' : given;
if (name === given) process.argv.splice(2, 1);
const bench = BENCHES[name];
if (!bench) {
  console.error(`No benchmark is called ${name}. There are ${Object.keys(BENCHES).join(', ')}.`);
  process.exit(2);
}
await bench();
