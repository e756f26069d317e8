import { type Attachment, type Files, type Live, Unreachable } from '#lib/chat/index.ts';
import { still } from './still.ts';

const RATE = 8_000;

/** Two seconds of a tone that swells and fades, as a WAV file. */
function hum(): Blob {
  const samples = Int16Array.from({ length: 2 * RATE }, (_, n) => {
    const loudness = Math.abs(Math.sin((n / RATE) * 5) * Math.cos((n / RATE) * 1.7));
    return Math.round(28_000 * loudness * Math.sin((n / RATE) * 2 * Math.PI * 220));
  });
  const head = new DataView(new ArrayBuffer(44));
  const text = (at: number, letters: string) => [...letters].forEach((letter, n) => head.setUint8(at + n, letter.charCodeAt(0)));
  text(0, 'RIFF');
  head.setUint32(4, 36 + samples.byteLength, true);
  text(8, 'WAVEfmt ');
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true);
  head.setUint16(22, 1, true);
  head.setUint32(24, RATE, true);
  head.setUint32(28, 2 * RATE, true);
  head.setUint16(32, 2, true);
  head.setUint16(34, 16, true);
  text(36, 'data');
  head.setUint32(40, samples.byteLength, true);
  return new Blob([head, samples], { type: 'audio/wav' });
}

/** Pictures are the app's icon; one called "lost" cannot be had. */
export const sampleFiles: Files = still<Files>({
  address: async ({ id }) => {
    if (id === 'lost') throw new Unreachable('This one is lost.');
    return id === 'voice' ? URL.createObjectURL(hum()) : '/icons/512.png';
  },
  types: async () => new Map()
});

const part: Live<number> = { current: 0.4, subscribe: () => () => undefined };

export function sampleFile(id: string, given: Partial<Attachment> = {}): Attachment {
  return {
    id,
    path: id,
    name: `${id}.png`,
    mimeType: 'image/png',
    size: 48_200,
    width: 512,
    height: 320,
    durationMs: null,
    blurhash: null,
    progress: null,
    ...given
  };
}

export const onItsWay: Partial<Attachment> = { path: null, progress: part };
