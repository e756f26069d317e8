import { glob, readFile } from 'node:fs/promises';
import { type AST, parse } from 'svelte/compiler';
import { expect, test } from 'vitest';

/** Attributes that are read by people. */
const READ = new Set(['aria-label', 'aria-description', 'alt', 'label', 'legend', 'placeholder', 'text', 'title', 'hint']);
/** The name of the app is the same in every language. */
const WORDS = /\p{L}{2}/u;
const bare = (text: string) => WORDS.test(text.replaceAll('Parley', '').replaceAll(/https?:\S+/g, ''));

/** Texts in a component's markup that somebody would read and that do not come from the catalogue. */
function bareTexts(source: string): string[] {
  const found: string[] = [];
  walk(parse(source, { modern: true }).fragment, false);
  return found;

  /** `shown`: strings in an expression here are shown to people. */
  function walk(node: unknown, shown: boolean): void {
    if (Array.isArray(node)) return node.forEach((one) => walk(one, shown));
    if (typeof node !== 'object' || node === null || !('type' in node)) return;
    const one = node as AST.SvelteNode;
    if (one.type === 'Text') note(one.data);
    else if (one.type === 'StyleDirective') return;
    else if (one.type === 'Attribute') attribute(one);
    else if (one.type === 'ExpressionTag') walk(one.expression, true);
    else if (one.type === 'Literal') note(shown && typeof one.value === 'string' ? one.value : '');
    else if (one.type === 'TemplateElement') note(shown ? (one.value.cooked ?? '') : '');
    // What is compared with, and what is handed to a function, is not shown.
    else if (one.type === 'ConditionalExpression') walk([one.consequent, one.alternate], shown);
    else if (one.type === 'CallExpression' || one.type === 'BinaryExpression' || one.type === 'MemberExpression') return;
    else
      for (const [key, value] of Object.entries(one))
        if (!['test', 'metadata'].includes(key)) walk(value, shown && key !== 'context');
  }

  function attribute({ name, value }: AST.Attribute): void {
    if (value !== true && READ.has(name)) walk(value, true);
  }

  function note(text: string): void {
    if (bare(text)) found.push(text.trim());
  }
}

test('finds texts where people read them, and nothing else', () => {
  expect(bareTexts('<p class="bg-own" title="Send it">Hello {name}</p>')).toEqual(['Send it', 'Hello']);
  expect(bareTexts("<p>{open ? 'Close it' : t.common.more}</p>")).toEqual(['Close it']);
  expect(bareTexts("<p class={open ? 'bg-own' : ''} aria-label={`${n} people`}>{t.common.x} · Parley</p>")).toEqual(['people']);
  expect(bareTexts("{#if kind === 'group'}<b>{t.x('y')}</b>{/if}")).toEqual([]);
});

test('no component has a text that is not in the catalogue', async () => {
  const bareOnes: Record<string, string[]> = {};
  for await (const file of glob('web/{lib,routes}/**/*.svelte')) {
    if (file.includes('/gallery/')) continue;
    const texts = bareTexts(await readFile(file, 'utf8'));
    if (texts.length > 0) bareOnes[file] = texts;
  }
  expect(bareOnes).toEqual({});
});
