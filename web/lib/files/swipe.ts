import type { Attachment } from 'svelte/attachments';

/** So far a finger goes for it to be meant. */
const FAR_PX = 48;

/** Tells of swipes to the side: 1 for the next, -1 for the one before, by the direction of writing. */
export function swipe(go: (by: 1 | -1) => void): Attachment<HTMLElement> {
  return (element) => {
    let from: { x: number; y: number } | null = null;
    const down = (event: PointerEvent) =>
      (from = event.isPrimary && event.pointerType !== 'mouse' ? { x: event.clientX, y: event.clientY } : null);
    const up = (event: PointerEvent) => {
      if (!from) return;
      const [x, y] = [event.clientX - from.x, event.clientY - from.y];
      from = null;
      if (Math.abs(x) < FAR_PX || Math.abs(x) < Math.abs(y)) return;
      const rightToLeft = getComputedStyle(element).direction === 'rtl';
      go(x < 0 === rightToLeft ? -1 : 1);
    };
    const forget = () => (from = null);
    element.addEventListener('pointerdown', down);
    element.addEventListener('pointerup', up);
    element.addEventListener('pointercancel', forget);
    return () => {
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('pointerup', up);
      element.removeEventListener('pointercancel', forget);
    };
  };
}
