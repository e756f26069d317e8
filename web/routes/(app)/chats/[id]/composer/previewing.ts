/** What finds and shows the preview of a link while one writes: loaded when the rest is there. */
export { LinkPreviewCalls } from '#lib/api/link-previews.ts';
export { linksIn } from '#lib/format/links.ts';
export { LinkPreviewing } from '#lib/state/link-previewing.svelte.ts';
export { default as LinkStrip } from './LinkStrip.svelte';
