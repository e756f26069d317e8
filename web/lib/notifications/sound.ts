/** So long a tab keeps the others from playing the same. */
const HOLD_MS = 2_000;
/** A tab that is being looked at comes first, and keeps silent. */
const AFTER_FOCUSED_MS = 150;

type Locks = {
  request(name: string, options: { ifAvailable: boolean }, run: (lock: unknown) => Promise<void> | void): Promise<unknown>;
};

export type SoundSurroundings = {
  locks: Locks;
  isFocused: () => boolean;
  wait: (ms: number) => Promise<void>;
  play: () => void;
};

/** A sound for `what`, from one tab of the browser, and from none while the person looks at one of them. */
export async function soundOnce(what: string, { locks, isFocused, wait, play }: SoundSurroundings): Promise<void> {
  if (!isFocused()) await wait(AFTER_FOCUSED_MS);
  await locks.request(`parley-sound/${what}`, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    if (!isFocused()) play();
    await wait(HOLD_MS);
  });
}

let context: AudioContext | null = null;

/** Two soft notes, made here: there is no file to load. Silent while the browser does not let the page be heard. */
export function chime(): void {
  context ??= new AudioContext();
  const start = context.currentTime;
  for (const [index, frequency] of [659.25, 880].entries()) {
    const at = start + index * 0.12;
    const tone = new OscillatorNode(context, { frequency });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.12, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.4);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.45);
  }
}

/** The sound in a browser. */
export function sound(what: string): void {
  if (!('locks' in navigator)) return;
  void soundOnce(what, {
    locks: navigator.locks,
    isFocused: () => document.visibilityState === 'visible' && document.hasFocus(),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    play: chime
  });
}
