import * as z from 'zod/mini';

/** What a page says of itself that a message links to, as its sender's client has found it. Their word only, and nothing but text. */
export const linkPreviewSchema = z.object({
  /** As it stands in the message. */
  url: z.string().check(z.maxLength(2000)),
  title: z.string().check(z.maxLength(200)),
  description: z.optional(z.string().check(z.maxLength(300))),
  site_name: z.optional(z.string().check(z.maxLength(80)))
});
export type LinkPreview = z.infer<typeof linkPreviewSchema>;

/** The preview, if it is of a link that the text has: what was sealed nobody but its sender has checked, and an edit may have taken the link out. */
export function previewIn(content: string, preview: LinkPreview | null | undefined): LinkPreview | null {
  return preview && /^https?:\/\//.test(preview.url) && URL.canParse(preview.url) && content.includes(preview.url)
    ? preview
    : null;
}
