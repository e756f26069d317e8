/** Packages of the system that tests need, installed where this account may do that. */
import { spawnSync } from 'node:child_process';

/** Installs them by apt-get. Undefined when that is done, else why it is not. */
export function installPackages(packages: readonly string[], env: NodeJS.ProcessEnv = process.env): string | undefined {
  const apt = process.getuid?.() === 0 ? ['apt-get'] : ['sudo', '-n', 'apt-get'];
  if (!succeeds([...apt, '--version'])) return 'this account cannot install packages by apt-get';
  succeeds([...apt, 'update', '-q']);
  const [command, ...words] = [...apt, 'install', '-q', '-y', '--no-install-recommends', ...packages] as [string, ...string[]];
  const done = spawnSync(command, words, { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, encoding: 'utf8' });
  return done.status === 0 ? undefined : done.stderr || `apt-get ended with ${done.status}`;
}

export function succeeds(words: string[]): boolean {
  return spawnSync(words[0]!, words.slice(1), { stdio: 'ignore' }).status === 0;
}
