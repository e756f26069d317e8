import type { Attachment, TimelineMessage } from '#lib/chat/index.ts';
import { byKind, isVoice } from '#lib/files/kind.ts';
import { t } from '#lib/i18n/words.svelte.ts';

/** What came with a message, in a few words for a list: what it is if all are of a kind, else how many. */
export function attachmentsText({
  attachments,
  attachmentCount
}: Pick<TimelineMessage, 'attachments' | 'attachmentCount'>): string {
  if (attachmentCount === 0) return '';
  const one = attachments[0];
  if (attachments.length === 1 && one) return oneText(one);
  const { picture, video } = byKind(attachments);
  if (picture.length === attachmentCount) return t.attachments.photos(attachmentCount);
  if (video.length === attachmentCount) return t.attachments.videos(attachmentCount);
  return t.attachments.files(attachmentCount);
}

function oneText(one: Attachment): string {
  const { picture, video } = byKind([one]);
  if (isVoice(one)) return t.attachments.voice;
  if (picture.length > 0) return t.attachments.photos(1);
  return video.length > 0 ? t.attachments.videos(1) : one.name;
}
