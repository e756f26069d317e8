/** Realtime as a process of its own, with everything it needs in the environment (options.ts). */
import { z } from 'zod';
import { optionsFromEnvironment } from './options.ts';
import { startRealtime } from './server.ts';

try {
  const options = optionsFromEnvironment(process.env);
  const realtime = await startRealtime(options);
  const stop = () => void realtime.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  console.error(error instanceof z.ZodError ? `The environment is not complete:\n${z.prettifyError(error)}` : error);
  process.exit(1);
}
