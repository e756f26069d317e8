import { writeFile } from 'node:fs/promises';
import type { Browser } from '@playwright/test';

/** The ground that windows are shown on, and how wide each of them is, in CSS pixels. */
export type Mounting = { readonly width: number; readonly height: number; readonly each: number };

const SCALE = 1.25;
const QUALITY = 0.88;

/** Windows side by side on a plain ground, as a WebP. */
export async function savePicture(
  browser: Browser,
  file: string,
  { width, height, each }: Mounting,
  shots: readonly Buffer[]
): Promise<void> {
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: SCALE });
  const images = shots.map((shot) => `<img src="data:image/png;base64,${shot.toString('base64')}">`).join('');
  await page.setContent(
    `<style>
      body { margin: 0; height: ${height}px; background: #dfe6ea; display: flex; gap: 32px; align-items: center; justify-content: center }
      img { width: ${each}px; border-radius: 14px; box-shadow: 0 10px 40px #0003 }
    </style>${images}`
  );
  const mounted = (await page.screenshot()).toString('base64');
  const address = await page.evaluate(
    async ([base64, quality]) => {
      const image = new Image();
      image.src = `data:image/png;base64,${base64}`;
      await image.decode();
      const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
      canvas.getContext('2d')!.drawImage(image, 0, 0);
      return canvas.toDataURL('image/webp', quality);
    },
    [mounted, QUALITY] as const
  );
  await writeFile(file, Buffer.from(address.slice(address.indexOf(',') + 1), 'base64'));
  await page.close();
}
