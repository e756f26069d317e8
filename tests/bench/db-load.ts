/**
 * `npm run db:load -- --messages 1e6`: fills the database of the stack that runs here with a made-up platform of that size.
 *   --messages N (1e6)   --people N (messages / 100)   --conversations N (messages / 20)   --url postgresql://… (another database)
 */
import { parseArgs } from 'node:util';
import { readAddresses } from '../../supabase/embedded/home.ts';
import { DEFAULT_HOME } from '../../supabase/embedded/paths.ts';
import { loadDataset } from './dataset.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1e6' },
    people: { type: 'string' },
    conversations: { type: 'string' },
    url: { type: 'string' }
  }
});
const databaseUrl = values.url ?? (await readAddresses(DEFAULT_HOME))?.dbUrl;
if (!databaseUrl) {
  console.error('No stack runs here. Start it with `npm start`, or name a database with --url.');
  process.exit(1);
}
await loadDataset({
  databaseUrl,
  messages: Number(values.messages),
  people: values.people === undefined ? undefined : Number(values.people),
  conversations: values.conversations === undefined ? undefined : Number(values.conversations),
  onStep: (step, ms) => console.log(`${(ms / 1000).toFixed(1).padStart(7)} s  ${step}`)
});
