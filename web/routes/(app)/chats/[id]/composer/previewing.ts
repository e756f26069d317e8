import type { SupabaseClient } from '@supabase/supabase-js';
import { LinkPreviewCalls } from '#lib/api/link-previews.ts';
import { linksIn } from '#lib/format/links.ts';
import { LinkPreviewing } from '#lib/state/link-previewing.svelte.ts';

/* What finds and shows the preview of a link while one writes: loaded when the rest is there. */

export { default as LinkStrip } from './LinkStrip.svelte';

export function linkPreviewing(supabase: SupabaseClient): LinkPreviewing {
  const calls = new LinkPreviewCalls(supabase);
  return new LinkPreviewing({ ask: (url) => calls.ask(url), linksOf: linksIn });
}
