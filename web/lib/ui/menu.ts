import type { Component } from 'svelte';

/** One line of a menu. */
export type MenuEntry = {
  readonly label: string;
  readonly onselect: () => void;
  readonly icon?: Component<{ size?: number; class?: string }>;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** Makes it one that is on or off. */
  readonly checked?: boolean;
  /** A line above it. */
  readonly separated?: boolean;
};
