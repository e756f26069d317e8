/** The end of a log file, for an error message. */
import { readFile } from 'node:fs/promises';

export async function lastLines(file: string, count = 12): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
