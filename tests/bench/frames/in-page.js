/** What runs in the page that is measured: by itself, so it can use nothing from outside of it. */

/** @param {number} durationThreshold Interactions that take less are counted only. In milliseconds. */
export function begin(durationThreshold) {
  const meter = { last: performance.now(), frames: [], interactions: new Map(), countBefore: performance.interactionCount };
  globalThis.frameMeter = meter;
  const frame = (now) => {
    if (globalThis.frameMeter !== meter) return;
    meter.frames.push(now - meter.last);
    meter.last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  meter.observer = new PerformanceObserver((list) => {
    for (const { duration, interactionId } of list.getEntries())
      if (interactionId > 0)
        meter.interactions.set(interactionId, Math.max(duration, meter.interactions.get(interactionId) ?? 0));
  });
  meter.observer.observe({ type: 'event', durationThreshold });
}

/**
 * @param {number} atMost What an interaction counts for that was only counted.
 * @returns {Promise<{ frames: number[], interactions: number[] }>}
 */
export async function end(atMost) {
  // Entries are told after the frame that painted them.
  await new Promise((done) => setTimeout(done, 500));
  const { frames, interactions, countBefore, observer } = globalThis.frameMeter;
  globalThis.frameMeter = undefined;
  observer.disconnect();
  const quick = Math.max(0, performance.interactionCount - countBefore - interactions.size);
  // The first two frames lead up to the measuring.
  return { frames: frames.slice(2), interactions: [...interactions.values(), ...Array(quick).fill(atMost)] };
}
