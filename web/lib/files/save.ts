import type { Attachment, Files } from '#lib/chat/index.ts';

/** Has the browser save a file under its name. */
export async function saveFile(files: Pick<Files, 'download'>, attachment: Attachment): Promise<void> {
  const link = document.createElement('a');
  link.href = await files.download(attachment);
  link.download = attachment.name;
  link.rel = 'noopener';
  link.click();
}
