import type { Attachment, Files } from '#lib/chat/index.ts';
import { isAltered } from './address.svelte.ts';
import { BARS, waveformOf } from './waveform.ts';

const SPEEDS = [1, 1.5, 2];
/** Until its loudness is known. */
const SILENT: readonly number[] = Array<number>(BARS).fill(0);

/** One sound at a time: stops the one that plays. */
let stopPlaying = () => {};

/** A sound that can be played. Its bytes are had when it comes on screen: recordings tell neither length nor loudness without. */
export class Sound {
  #files: Pick<Files, 'address'>;
  #attachment: () => Attachment;
  #audio: HTMLAudioElement | null = null;
  #loading: Promise<void> | null = null;
  #address: string | null = null;
  #peaks = $state.raw<readonly number[] | null>(null);
  #playing = $state(false);
  #started = $state(false);
  #positionMs = $state(0);
  #measuredMs = $state<number | null>(null);
  #failed = $state(false);
  #altered = $state(false);
  #speed = $state(SPEEDS[0]!);

  constructor(files: Pick<Files, 'address'>, attachment: () => Attachment) {
    this.#files = files;
    this.#attachment = attachment;
  }

  get peaks(): readonly number[] {
    return this.#peaks ?? this.#attachment().peaks ?? SILENT;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** It has been played, or is somewhere in the middle. */
  get started(): boolean {
    return this.#started;
  }

  get positionMs(): number {
    return this.#positionMs;
  }

  get durationMs(): number {
    return this.#measuredMs ?? this.#attachment().durationMs ?? 0;
  }

  get failed(): boolean {
    return this.#failed;
  }

  /** It failed since these are not the bytes that were sent. */
  get altered(): boolean {
    return this.#altered;
  }

  get speed(): number {
    return this.#speed;
  }

  /** For the element that shows it: loads it once that is on screen, and ends with it. */
  readonly watch = (element: HTMLElement): (() => void) => {
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      void this.#load();
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      this.#audio?.pause();
      if (this.#address) URL.revokeObjectURL(this.#address);
    };
  };

  async toggle(): Promise<void> {
    await this.#load();
    const audio = this.#audio;
    if (!audio) return;
    if (!audio.paused) return audio.pause();
    stopPlaying();
    stopPlaying = () => audio.pause();
    await audio.play().catch(() => (this.#failed = true));
  }

  async seek(ms: number): Promise<void> {
    await this.#load();
    if (!this.#audio) return;
    this.#started = true;
    this.#audio.currentTime = ms / 1000;
    this.#positionMs = ms;
  }

  faster(): void {
    this.#speed = SPEEDS[(SPEEDS.indexOf(this.#speed) + 1) % SPEEDS.length]!;
    if (this.#audio) this.#audio.playbackRate = this.#speed;
  }

  #load(): Promise<void> {
    return (this.#loading ??= this.#fetch().catch((error: unknown) => {
      this.#loading = null;
      this.#altered = isAltered(error);
      this.#failed = true;
    }));
  }

  async #fetch(): Promise<void> {
    const response = await fetch(await this.#files.address(this.#attachment()));
    if (!response.ok) throw new Error(`Storage answered ${response.status}.`);
    const blob = await response.blob();
    const waveform = await waveformOf(blob, BARS);
    if (waveform) {
      this.#peaks = waveform.peaks;
      this.#measuredMs = waveform.durationMs;
    }
    this.#address = URL.createObjectURL(blob);
    const audio = new Audio(this.#address);
    audio.playbackRate = this.#speed;
    audio.addEventListener('timeupdate', () => (this.#positionMs = audio.currentTime * 1000));
    audio.addEventListener('play', () => (this.#playing = this.#started = true));
    audio.addEventListener('pause', () => (this.#playing = false));
    audio.addEventListener('ended', () => {
      this.#started = false;
      this.#positionMs = 0;
    });
    audio.addEventListener('error', () => (this.#failed = true));
    this.#audio = audio;
  }
}
