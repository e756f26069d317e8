import * as z from 'zod/mini';

/** What a page says of itself that a message links to, as its sender's client has found it. Their word only, and nothing but text. */
export const linkPreviewSchema = z.object({
  /** As it stands in the message. */
  url: z.string(),
  title: z.string(),
  description: z.optional(z.string()),
  site_name: z.optional(z.string())
});
export type LinkPreview = z.infer<typeof linkPreviewSchema>;

/**
 * The preview, if it is of a link that the text has: what was sealed nobody but its sender has checked, and an edit may have taken the
 * link out.
 */
export const previewIn = (content: string, preview: LinkPreview | null | undefined): LinkPreview | null =>
  preview && /^https?:/.test(preview.url) && URL.canParse(preview.url) && content.includes(preview.url) ? preview : null;
