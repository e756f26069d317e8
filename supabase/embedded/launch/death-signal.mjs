// Words to put before a command so that it ends when this process does, however that happens; none where the system has no such thing.
import { spawnSync } from 'node:child_process';

export function deathSignal() {
  const words = ['setpriv', '--pdeathsig', 'TERM'];
  return spawnSync(words[0], [...words.slice(1), 'true'], { stdio: 'ignore' }).status === 0 ? words : [];
}
