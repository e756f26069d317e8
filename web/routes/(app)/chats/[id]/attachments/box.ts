import type { Attachment } from '#lib/chat/index.ts';

/** Of a card, and of a voice message. */
export const FILE_HEIGHT = '3.75rem';
export const SOUND_HEIGHT = '3.5rem';

const MOST = { width: 320, height: 380 };
/** What a picture of unknown size is given, and the least that can be pressed. */
const UNKNOWN = { width: 320, height: 240 };
const LEAST = 96;

/** The place of a picture or video in a message, in CSS pixels: known before it is loaded, so that nothing moves when it is. */
export function boxOf({ width, height }: Pick<Attachment, 'width' | 'height'>): { width: number; height: number } {
  if (!width || !height) return UNKNOWN;
  const scale = Math.min(1, MOST.width / width, MOST.height / height);
  return { width: Math.max(LEAST, Math.round(width * scale)), height: Math.max(LEAST, Math.round(height * scale)) };
}
