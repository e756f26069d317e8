import { withWords } from './with-words.ts';

/**
 * What is loaded when it is first asked for, the same for all that ask: the function says undefined until it is there. For what many
 * rows of a list may need, and most need not.
 */
export function onDemand<Module>(load: () => Promise<Module>): () => Module | undefined {
  let loaded = $state.raw<Module>();
  let loading: Promise<void> | null = null;
  return () => {
    loading ??= withWords(load()).then(
      (module) => void (loaded = module),
      // Without a network it may not be had: the next one asks again.
      () => void (loading = null)
    );
    return loaded;
  };
}
