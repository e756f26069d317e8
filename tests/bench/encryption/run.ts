/**
 * `npm run bench -- encryption`: what end-to-end encryption costs, beside the same without it, on this machine, in one run.
 *   --messages N (500, each sent both ways)   --devices N (200)   --history N (10000)
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { freePorts } from '../../../supabase/embedded/ports.ts';
import { launchStack } from '../../support/launched-stack.ts';
import { measureMessages } from './messages.ts';
import { measureRestoring } from './restoring.ts';
import { measureRotation } from './rotation.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '500' },
    devices: { type: 'string', default: '200' },
    history: { type: 'string', default: '10000' }
  }
});

const home = await mkdtemp(path.join(tmpdir(), 'parley-bench-'));
const { addresses, stop } = await launchStack(home, await freePorts());
const database = new pg.Client({ connectionString: addresses.dbUrl.replace('//postgres:', '//supabase_admin:') });
try {
  await database.connect();
  console.log(`\n${cpus().length} cores (${cpus()[0]?.model.trim()}), Node ${process.version}; all of it on this one machine`);
  await measureMessages(addresses, Number(values.messages));
  await measureRotation(addresses, database, Number(values.devices));
  await measureRestoring(addresses, database, Number(values.history));
} finally {
  await database.end();
  await stop();
  await rm(home, { recursive: true, force: true });
}
process.exit();
