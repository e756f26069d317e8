/** When a change is shown: `update` is called once after any number of changes. */
export type Pace = (update: () => void) => void;

/** No frame comes where nothing is drawn, as in a window that is covered: then it is this long. */
const NO_FRAME_MS = 100;
const CALM_MS = 500;

export const atOnce: Pace = (update) => update();

/** What is waiting for the next frame. */
const forFrame = new Set<() => void>();
let isFrameAsked = false;

/**
 * Before the next picture is drawn, all that came since the last one together: however many messages come in, the page changes once
 * a picture. Where there are no pictures, at once.
 */
export const eachFrame: Pace = (update) => {
  forFrame.add(update);
  if (typeof document === 'undefined' || document.visibilityState === 'hidden') return showNow();
  if (isFrameAsked) return;
  isFrameAsked = true;
  let isOver = false;
  const run = () => {
    if (isOver) return;
    isOver = true;
    isFrameAsked = false;
    clearTimeout(timer);
    showNow();
  };
  const timer = setTimeout(run, NO_FRAME_MS);
  requestAnimationFrame(run);
};

/** Shows at once what waits for the next frame: after what the person has done here, by those who go on with what it has led to. */
export function showNow(): void {
  for (const update of [...forFrame]) {
    forFrame.delete(update);
    update();
  }
}

/** The first change at once, those that follow it twice a second: for what costs the browser more than a part of the page. */
export function calmly(): Pace {
  const waiting = new Set<() => void>();
  let isPausing = false;
  const pause = () => {
    isPausing = true;
    setTimeout(() => {
      isPausing = false;
      if (waiting.size === 0) return;
      const updates = [...waiting];
      waiting.clear();
      pause();
      for (const update of updates) update();
    }, CALM_MS);
  };
  return (update) => {
    if (isPausing) return void waiting.add(update);
    pause();
    update();
  };
}
