import type { Page } from '@playwright/test';

export type PickedFile = { name: string; mimeType: string; buffer: Buffer };

/** What a camera writes beside the picture, and nobody wants to send. */
export const CAMERA_SECRET = 'GPS 38.7223 N 9.1393 W';

/** A photograph of a landscape of circles, as a camera would write it. */
export async function photograph(page: Page, name: string, width: number, height: number, hue = 200): Promise<PickedFile> {
  const base64 = await page.evaluate(
    ([w, h, start]) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: w, height: h });
      const context = canvas.getContext('2d')!;
      const sky = context.createLinearGradient(0, 0, 0, h);
      sky.addColorStop(0, `hsl(${start} 70% 60%)`);
      sky.addColorStop(1, `hsl(${start + 60} 60% 35%)`);
      context.fillStyle = sky;
      context.fillRect(0, 0, w, h);
      for (let n = 0; n < 12; n++) {
        context.fillStyle = `hsl(${start + n * 25} 80% ${40 + n * 3}% / 0.7)`;
        context.beginPath();
        context.arc((w * (n + 0.5)) / 12, h * (0.3 + (0.5 * ((n * 7) % 12)) / 12), h / 9, 0, 7);
        context.fill();
      }
      return canvas.toDataURL('image/jpeg', 0.9).split(',')[1]!;
    },
    [width, height, hue] as const
  );
  const jpeg = Buffer.from(base64, 'base64');
  const said = Buffer.from(`Exif\0\0${CAMERA_SECRET}`);
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, said.length + 2]), said]);
  return { name, mimeType: 'image/jpeg', buffer: Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]) };
}

/** A second of a moving square. */
export async function clip(page: Page, name: string): Promise<PickedFile> {
  const base64 = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 });
    const context = canvas.getContext('2d')!;
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm' });
    const chunks: Blob[] = [];
    recorder.addEventListener('dataavailable', ({ data }) => chunks.push(data));
    const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve));
    recorder.start();
    for (let n = 0; n < 25; n++) {
      context.fillStyle = '#146';
      context.fillRect(0, 0, 320, 180);
      context.fillStyle = '#fc6';
      context.fillRect(n * 10, 60, 60, 60);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    recorder.stop();
    await stopped;
    const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  });
  return { name, mimeType: 'video/webm', buffer: Buffer.from(base64, 'base64') };
}

/** Has the page take files as if they were dropped on it, or pasted. */
export async function bring(page: Page, how: 'drop' | 'paste', files: readonly PickedFile[]): Promise<void> {
  const plain = files.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString('base64') }));
  await page.evaluate(
    ([event, given]) => {
      const transfer = new DataTransfer();
      for (const { name, mimeType, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type: mimeType }));
      }
      const options = { bubbles: true, cancelable: true };
      if (event === 'paste') {
        document.activeElement!.dispatchEvent(new ClipboardEvent('paste', { ...options, clipboardData: transfer }));
        return;
      }
      const target = document.querySelector('main')!;
      target.dispatchEvent(new DragEvent('dragenter', { ...options, dataTransfer: transfer }));
      target.dispatchEvent(new DragEvent('drop', { ...options, dataTransfer: transfer }));
    },
    [how, plain] as const
  );
}
