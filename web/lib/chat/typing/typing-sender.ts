/*
 * When to tell the others that this person is typing. Pure: the clock comes with every input.
 *
 *   quiet ── keystroke: say true ──→ typing ── sent, cleared, or 3 s without a keystroke: say false ──→ quiet
 *                                     ├─ keystroke 3 s after the last time it was said: say true again
 *                                     └─ the room was joined only now: say true again
 */

/** Said again at most this often, so that it outlives RECEIVED_FOR_MS at the receivers. */
export const REPEAT_MS = 3_000;
/** Silence after which typing has stopped. */
export const SILENCE_MS = 3_000;

export type TypingState = { phase: 'quiet' } | { phase: 'typing'; saidAt: number; keyAt: number };
export type TypingInput = 'keystroke' | 'joined' | 'ended' | 'time_passed';
/** `say`: what to broadcast now, if anything. `wakeAt`: when to come back with time_passed. */
export type TypingStep = { state: TypingState; say: boolean | null; wakeAt: number | null };

const QUIET: TypingState = { phase: 'quiet' };
export const quiet = (): TypingState => QUIET;

export function stepTyping(state: TypingState, input: TypingInput, now: number): TypingStep {
  if (state.phase === 'quiet') {
    if (input !== 'keystroke') return { state, say: null, wakeAt: null };
    return { state: { phase: 'typing', saidAt: now, keyAt: now }, say: true, wakeAt: now + SILENCE_MS };
  }
  if (input === 'ended' || (input === 'time_passed' && now >= state.keyAt + SILENCE_MS))
    return { state: QUIET, say: false, wakeAt: null };
  if (input === 'time_passed') return { state, say: null, wakeAt: state.keyAt + SILENCE_MS };
  if (input === 'joined') return { state: { ...state, saidAt: now }, say: true, wakeAt: state.keyAt + SILENCE_MS };
  const again = now >= state.saidAt + REPEAT_MS;
  return {
    state: { phase: 'typing', saidAt: again ? now : state.saidAt, keyAt: now },
    say: again ? true : null,
    wakeAt: now + SILENCE_MS
  };
}
