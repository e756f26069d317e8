/** Finds a browser of the Chromium family for Playwright, or installs Debian's. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { installPackages } from './debian.ts';

const COMMANDS = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
  'msedge'
];

/** Where macOS and Windows keep them; neither puts them on the PATH. */
const ELSEWHERE = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ...[process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]
    .filter((folder) => folder !== undefined)
    .flatMap((folder) => [
      path.join(folder, 'Google/Chrome/Application/chrome.exe'),
      path.join(folder, 'Microsoft/Edge/Application/msedge.exe')
    ])
];

const ADVICE = 'Install Chromium, Chrome or Edge, or set CHROME_PATH to the program of one.';

/** Path of a browser, or undefined. `CHROME_PATH` decides when it is set. */
export function findBrowser(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.CHROME_PATH) return isProgram(env.CHROME_PATH) ? env.CHROME_PATH : undefined;
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const folders = (env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const onPath = COMMANDS.flatMap((name) => folders.map((folder) => path.join(folder, name + suffix)));
  return [...onPath, ...ELSEWHERE].find(isProgram);
}

/**
 * Path of Chromium's headless shell, which has no windows to draw and so is faster, where Debian has it for the Chromium that
 * was found; else undefined.
 */
export function findShell(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const browser = findBrowser(env);
  if (!browser || path.basename(browser) !== 'chromium') return undefined;
  const shell = path.join(path.dirname(browser), 'chromium-headless-shell');
  return isProgram(shell) ? shell : undefined;
}

/** Path of a browser, which is installed from Debian's packages where there is none and this account may do that. */
export function ensureBrowser(say: (line: string) => void, env: NodeJS.ProcessEnv = process.env): string {
  const found = findBrowser(env);
  if (found) return found;
  if (env.CHROME_PATH) throw new Error(`CHROME_PATH is ${env.CHROME_PATH}, which cannot be run. ${ADVICE}`);
  say('installing Chromium by apt-get (once, about a minute)');
  const problem = installPackages(['chromium', 'fonts-dejavu-core', 'fonts-noto-color-emoji'], env);
  // Tests do without it, only slower.
  if (!problem) installPackages(['chromium-headless-shell'], env);
  const installed = findBrowser(env);
  if (!problem && installed) return installed;
  throw new Error(`No browser was found, and Chromium could not be installed. ${ADVICE}\n${problem ?? ''}`);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
