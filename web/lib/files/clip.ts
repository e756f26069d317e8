import type { LocalFile } from '#lib/chat/index.ts';
import { blurhashOf } from './picture.ts';

/** A file that says nothing of itself for so long is sent without its measures. */
const READ_WITHIN_MS = 5_000;

type Measures = Pick<LocalFile, 'width' | 'height' | 'durationMs' | 'blurhash'>;

/** How large and how long a video or sound is, and what it begins with; nothing of what this browser cannot read. */
export async function measureClip(file: Blob, tag: 'video' | 'audio'): Promise<Measures> {
  const address = URL.createObjectURL(file);
  const element = Object.assign(document.createElement(tag), { preload: 'auto', muted: true, src: address });
  try {
    await happens(element, 'loadeddata');
    const measures = Number.isFinite(element.duration) ? { durationMs: Math.round(element.duration * 1000) } : {};
    if (!(element instanceof HTMLVideoElement) || element.videoWidth === 0) return measures;
    const size = { width: element.videoWidth, height: element.videoHeight };
    return { ...measures, ...size, blurhash: blurhashOf(Object.assign(element, size)) };
  } catch {
    return {};
  } finally {
    element.removeAttribute('src');
    URL.revokeObjectURL(address);
  }
}

function happens(element: HTMLMediaElement, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('It takes too long.')), READ_WITHIN_MS);
    const end = (settle: () => void) => () => {
      clearTimeout(late);
      settle();
    };
    element.addEventListener(event, end(resolve), { once: true });
    element.addEventListener(
      'error',
      end(() => reject(new Error('It cannot be read.'))),
      { once: true }
    );
  });
}
