const GAP_PX = 6;

/** Puts a fixed box below an anchor, or above it where there is no room, and within the window. */
export function placeBeside(box: HTMLElement, anchor: HTMLElement, window: Window = globalThis.window): void {
  const at = anchor.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const below = at.bottom + GAP_PX;
  const top = below + height + GAP_PX <= window.innerHeight ? below : Math.max(GAP_PX, at.top - GAP_PX - height);
  const left = Math.min(Math.max(GAP_PX, at.right - width), window.innerWidth - width - GAP_PX);
  box.style.top = `${top}px`;
  box.style.left = `${left}px`;
}
