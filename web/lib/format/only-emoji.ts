const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const EMOJI = /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}|\p{RI}\p{RI})/u;

/** True for one to three emoji and nothing else: they are shown large. (The property RGI_Emoji says it exactly, but takes half a second to compile.) */
export function isOnlyEmoji(text: string): boolean {
  if (text.length > 60 || !EMOJI.test(text)) return false;
  const shown = [...graphemes.segment(text)].map(({ segment }) => segment).filter((segment) => segment.trim() !== '');
  return shown.length <= 3 && shown.every((segment) => EMOJI.test(segment));
}
