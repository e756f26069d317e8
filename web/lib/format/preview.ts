import type { TimelineMessage } from '#lib/chat/index.ts';

/** A message in one line: its first line that says something, without the signs of its markup. */
export function previewText({ content }: Pick<TimelineMessage, 'content'>): string {
  const line = content.split('\n').find((one) => one.trim() !== '' && !one.startsWith('```')) ?? content;
  return line.replace(/^ {0,3}(?:>|[-*]) +/, '').replace(/(?<![\p{L}\p{N}])(\*\*|__|~~|`)(\S.*?)\1/gu, '$2');
}
