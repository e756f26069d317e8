import { type Component, onMount } from 'svelte';
import { whenIdle } from './when-idle.ts';

/** Loads a component that the first screen does not need, as soon as the browser has nothing else to do. Made while another is set up. */
export function later<
  Props extends Record<string, unknown>,
  Exports extends Record<string, unknown>,
  Bindings extends keyof Props | ''
>(
  load: () => Promise<{ default: Component<Props, Exports, Bindings> }>
): { readonly component: Component<Props, Exports, Bindings> | undefined } {
  let component = $state.raw<Component<Props, Exports, Bindings>>();
  // Without a network it cannot be had: the next visit tries again.
  const fetch = () =>
    void load().then(
      (module) => (component = module.default),
      () => {}
    );
  onMount(() => whenIdle(fetch));
  return {
    get component() {
      return component;
    }
  };
}
