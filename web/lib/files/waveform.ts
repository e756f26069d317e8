/** A sound is shown in so many bars. */
export const BARS = 40;

/** How loud a sound is along its length: `count` values of 0 to 1, the loudest being 1. */
export function peaks(samples: Float32Array, count: number): number[] {
  const step = samples.length / count;
  const loud = Array.from({ length: count }, (_, bar) => {
    let most = 0;
    for (let i = Math.floor(bar * step); i < Math.floor((bar + 1) * step); i++) most = Math.max(most, Math.abs(samples[i]!));
    return most;
  });
  const loudest = Math.max(...loud);
  return loudest === 0 ? loud : loud.map((value) => value / loudest);
}

/** The same of a file; null when this browser cannot read it. */
export async function waveformOf(blob: Blob, count: number): Promise<{ peaks: number[]; durationMs: number } | null> {
  try {
    const audio = await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(await blob.arrayBuffer());
    return { peaks: peaks(audio.getChannelData(0), count), durationMs: Math.round(audio.duration * 1000) };
  } catch {
    return null;
  }
}
