import type { Attachment } from 'svelte/attachments';

const STAYS_MS = 500;
/** A finger that moves further scrolls. */
const MOVES_PX = 10;

/** Tells of a finger that stays in one place; the click that follows is taken back. Mice and pens have other ways. */
export function longPress(onPress: () => void): Attachment<HTMLElement> {
  return (element) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let at = { x: 0, y: 0 };
    let pressed = false;

    const end = () => clearTimeout(timer);
    const begin = (event: PointerEvent) => {
      pressed = false;
      end();
      if (event.pointerType !== 'touch') return;
      at = { x: event.clientX, y: event.clientY };
      timer = setTimeout(() => {
        pressed = true;
        onPress();
      }, STAYS_MS);
    };
    const move = (event: PointerEvent) => {
      if (Math.hypot(event.clientX - at.x, event.clientY - at.y) > MOVES_PX) end();
    };
    const click = (event: MouseEvent) => {
      if (!pressed) return;
      pressed = false;
      event.preventDefault();
      event.stopPropagation();
    };

    element.addEventListener('pointerdown', begin);
    element.addEventListener('pointermove', move);
    for (const type of ['pointerup', 'pointercancel'] as const) element.addEventListener(type, end);
    element.addEventListener('click', click, { capture: true });
    return () => {
      end();
      element.removeEventListener('pointerdown', begin);
      element.removeEventListener('pointermove', move);
      for (const type of ['pointerup', 'pointercancel'] as const) element.removeEventListener(type, end);
      element.removeEventListener('click', click, { capture: true });
    };
  };
}
