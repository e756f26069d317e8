import { type Component, onMount } from 'svelte';
import { whenIdle } from './when-idle.ts';
import { withWords } from './with-words.ts';

/** Loads a module that the first screen does not need, as soon as the browser has nothing else to do. Made while a component is set up. */
export function soon<Module>(load: () => Promise<Module>): { readonly module: Module | undefined } {
  let module = $state.raw<Module>();
  onMount(() => {
    const ended = new AbortController();
    const fetch = () =>
      void withWords(load()).then(
        (loaded) => (module = loaded),
        // Without a network it cannot be had.
        () => addEventListener('online', fetch, { once: true, signal: ended.signal })
      );
    const cancel = whenIdle(fetch);
    return () => {
      cancel();
      ended.abort();
    };
  });
  return {
    get module() {
      return module;
    }
  };
}

/** The same for a component. */
export function later<
  Props extends Record<string, unknown>,
  Exports extends Record<string, unknown>,
  Bindings extends keyof Props | ''
>(
  load: () => Promise<{ default: Component<Props, Exports, Bindings> }>
): { readonly component: Component<Props, Exports, Bindings> | undefined } {
  const loading = soon(load);
  return {
    get component() {
      return loading.module?.default;
    }
  };
}
