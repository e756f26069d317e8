import type AttachmentList from './AttachmentList.svelte';

let loaded = $state.raw<typeof AttachmentList>();
let loading: Promise<void> | null = null;

/** What shows files: asked for when there are some, the same for all messages. Undefined until it is there. */
export function attachmentList(): typeof AttachmentList | undefined {
  loading ??= import('./AttachmentList.svelte').then(
    ({ default: component }) => void (loaded = component),
    // Without a network it may not be had: the next message asks again.
    () => void (loading = null)
  );
  return loaded;
}
