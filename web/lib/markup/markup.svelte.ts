import type { Block } from './tree.ts';

const MARKS = /[*_~`]|^ {0,3}(?:>|[-*] |\d{1,3}[.)] )/m;

let parse = $state.raw<((text: string) => readonly Block[]) | null>(null);
let loading: Promise<void> | null = null;

/** Fetches what reads markup, once: the first page of the app does without. Where it cannot be had, texts are shown as they are. */
export function loadMarkup(): Promise<void> {
  return (loading ??= import('./parse.ts').then(
    (module) => {
      parse = module.parseMarkup;
    },
    () => {
      loading = null;
    }
  ));
}

/** A text as a tree. Most texts have no markup in them: they wait for nothing. */
export function markupOf(text: string): readonly Block[] {
  if (parse && MARKS.test(text)) return parse(text);
  return [{ type: 'paragraph', children: [{ type: 'text', text }] }];
}
