/** Shows an address in the person's browser, where there is a person with a screen. */
import { spawn } from 'node:child_process';

const COMMANDS: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
  linux: ['xdg-open']
};

/** Does nothing in scripts, in CI, over SSH, without a display, and where BROWSER=none. */
export function openBrowser(url: string, { env, platform }: Pick<NodeJS.Process, 'env' | 'platform'> = process): void {
  const unwanted = !process.stdout.isTTY || env['CI'] || env['SSH_CONNECTION'] || env['BROWSER'] === 'none';
  const screen = platform !== 'linux' || env['DISPLAY'] || env['WAYLAND_DISPLAY'];
  const command = COMMANDS[platform];
  if (unwanted || !screen || !command) return;
  const child = spawn(command[0]!, [...command.slice(1), url], { stdio: 'ignore', detached: true });
  // The address is printed anyway.
  child.on('error', () => undefined);
  child.unref();
}
