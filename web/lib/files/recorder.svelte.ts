import type { LocalFile } from '#lib/chat/index.ts';
import { VOICE_NAME } from './kind.ts';
import { BARS, peaks } from './waveform.ts';

/** What a browser may record, the most widely played first. */
const TYPES = [
  { type: 'audio/mp4', ending: 'm4a' },
  { type: 'audio/webm', ending: 'webm' },
  { type: 'audio/ogg', ending: 'ogg' }
];
/** How often the level is looked at. */
const LEVEL_EVERY_MS = 100;
/** Longest voice message. */
export const MOST_MS = 15 * 60_000;

/** Records a voice message. */
export class Recorder {
  #state = $state<'idle' | 'asking' | 'recording' | 'refused'>('idle');
  #levels = $state.raw<readonly number[]>([]);
  #startedAt = 0;
  #elapsedMs = $state(0);
  #media: MediaRecorder | null = null;
  #context: AudioContext | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #chunks: Blob[] = [];
  #onFull: () => void;

  /** `onFull`: it is as long as one may be. */
  constructor(onFull: () => void) {
    this.#onFull = onFull;
  }

  get state() {
    return this.#state;
  }

  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  /** How loud it was, ten times a second, 0 to 1. */
  get levels(): readonly number[] {
    return this.#levels;
  }

  async start(): Promise<void> {
    if (this.#state === 'asking' || this.#state === 'recording') return;
    this.#state = 'asking';
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      this.#state = 'refused';
      return;
    }
    const { type } = TYPES.find((one) => MediaRecorder.isTypeSupported(one.type)) ?? { type: '' };
    this.#chunks = [];
    this.#levels = [];
    this.#media = new MediaRecorder(stream, { ...(type && { mimeType: type }), audioBitsPerSecond: 32_000 });
    this.#media.addEventListener('dataavailable', ({ data }) => this.#chunks.push(data));
    this.#media.start(1000);
    this.#listen(stream);
    this.#startedAt = performance.now();
    this.#state = 'recording';
  }

  /** Ends it; what was recorded, or null when that is nothing. */
  async finish(): Promise<LocalFile | null> {
    const media = this.#media;
    if (!media || this.#state !== 'recording') return null;
    const durationMs = Math.round(performance.now() - this.#startedAt);
    const loud = peaks(Float32Array.from(this.#levels), Math.min(BARS, this.#levels.length));
    const stopped = new Promise((resolve) => media.addEventListener('stop', resolve, { once: true }));
    this.#end();
    await stopped;
    const mimeType = media.mimeType.split(';', 1)[0]!;
    const { ending } = TYPES.find(({ type }) => type === mimeType) ?? { ending: 'webm' };
    const blob = new Blob(this.#chunks, { type: mimeType });
    this.#chunks = [];
    return blob.size === 0
      ? null
      : {
          blob,
          name: `${VOICE_NAME}.${ending}`,
          mimeType,
          durationMs,
          ...(loud.length > 0 && { peaks: loud.map((peak) => Math.round(peak * 100) / 100) })
        };
  }

  cancel(): void {
    this.#end();
    this.#chunks = [];
  }

  #listen(stream: MediaStream): void {
    this.#context = new AudioContext();
    const analyser = new AnalyserNode(this.#context, { fftSize: 1024 });
    this.#context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      this.#levels = [...this.#levels, Math.min(1, 3 * Math.max(...samples.map(Math.abs)))];
      this.#elapsedMs = performance.now() - this.#startedAt;
      if (this.#elapsedMs >= MOST_MS) this.#onFull();
    }, LEVEL_EVERY_MS);
  }

  #end(): void {
    clearInterval(this.#timer);
    if (this.#media && this.#media.state !== 'inactive') this.#media.stop();
    for (const track of this.#media?.stream.getTracks() ?? []) track.stop();
    void this.#context?.close();
    this.#context = null;
    this.#media = null;
    this.#elapsedMs = 0;
    this.#state = 'idle';
  }
}
