/** Pixels of a side: three times the largest that the app shows. */
const SIDE = 320;

/** The middle of a picture, square and small, as WebP (PNG where a browser has no WebP). Rejects for what is no picture. */
export async function squarePicture(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file);
  try {
    const side = Math.min(picture.width, picture.height);
    const target = Math.min(SIDE, side);
    const canvas = document.createElement('canvas');
    canvas.width = target;
    canvas.height = target;
    const context = canvas.getContext('2d');
    if (!context) throw new Error('This browser does not draw.');
    context.imageSmoothingQuality = 'high';
    context.drawImage(picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side, 0, 0, target, target);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The picture could not be written.'))), 'image/webp', 0.85)
    );
  } finally {
    picture.close();
  }
}
