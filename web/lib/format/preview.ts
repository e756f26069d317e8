import type { ClosedReason, TimelineMessage } from '#lib/chat/index.ts';
import { t } from '#lib/i18n/words.svelte.ts';

/** Why a message cannot be read here. */
export function closedText(reason: ClosedReason): string {
  if (reason === 'waiting') return t.message.sealed;
  if (reason === 'no_key' || reason === 'unknown_epoch') return t.message.sealedNoKey;
  return reason === 'unsupported_scheme' ? t.message.sealedNewer : t.message.sealedForged;
}

/** A message in one line: its first line that says something, without the signs of its markup. */
export function previewText({ content, closed }: Pick<TimelineMessage, 'content' | 'closed'>): string {
  if (closed) return closedText(closed);
  const line = content.split('\n').find((one) => one.trim() !== '' && !one.startsWith('```')) ?? content;
  return line.replace(/^ {0,3}(?:>|[-*]) +/, '').replace(/(?<![\p{L}\p{N}])(\*\*|__|~~|`)(\S.*?)\1/gu, '$2');
}
