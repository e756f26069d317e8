import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { languageHere } from '#lib/i18n/chosen.ts';
import { bestLanguage, isLanguage, type LanguageCode, languages, offeredLanguages } from '#lib/i18n/languages.ts';
import { loadRefusals, refusalText } from '#lib/i18n/refusals.svelte.ts';
import { locale, speak, t } from '#lib/i18n/words.svelte.ts';

const others = Object.keys(languages).filter((code): code is LanguageCode => isLanguage(code) && code !== 'en');
const wordsOf = async (code: LanguageCode) => ({ ...(await languages[code].first()), ...(await languages[code].later()) });
const english = await wordsOf('en');
const englishRefusals = await languages.en.refusals();

/** Every word with its place: "chat.reply: text", "common.people: 1 argument". */
function places(said: unknown, at = ''): string[] {
  if (typeof said === 'string') return [`${at}: text`];
  if (typeof said === 'function') return [`${at}: function`];
  return Object.entries(said as object)
    .flatMap(([key, value]) => places(value, at ? `${at}.${key}` : key))
    .toSorted();
}

/** Every sentence, with what is put into it marked. */
function sentences(said: unknown): string[] {
  if (typeof said === 'string') return [said];
  if (typeof said === 'function') return [];
  return Object.values(said as object).flatMap(sentences);
}

describe('a language', () => {
  test.each(others)('%s says everything that English says', async (code) => {
    const words = await wordsOf(code);
    expect(places(words)).toEqual(places(english));
    expect(Object.keys(await languages[code].refusals()).toSorted()).toEqual(Object.keys(englishRefusals).toSorted());
    // What English leaves out on purpose may be left out here too.
    const silent = (said: unknown) => sentences(said).filter((sentence) => sentence.trim() === '').length;
    expect(silent(words)).toBe(silent(english));
  });

  test('is the first that the person asks for and the app speaks', () => {
    expect(bestLanguage(['fr-FR', 'de-AT', 'en'])).toBe('de');
    expect(bestLanguage(['fr'])).toBe('en');
    expect(bestLanguage(['en-GB', 'de'])).toBe('en');
    expect(offeredLanguages.map(({ code }) => code)).toEqual(['en', 'de']);
  });

  test('that was chosen comes before that of the browser; what is damaged is not followed', () => {
    const memory = (code: string | null) => ({ getItem: () => code, setItem: () => {}, removeItem: () => {} });
    expect(languageHere(memory('de'), ['en-GB'])).toBe('de');
    expect(languageHere(memory(null), ['de-CH'])).toBe('de');
    expect(languageHere(memory('toString'), ['de-CH'])).toBe('de');
  });

  test('changes while the app runs, with the person’s own region', async () => {
    await speak('de', ['en-GB', 'de-AT']);
    expect([t.common.close, locale(), document.documentElement.lang]).toEqual(['Schließen', 'de-AT', 'de']);
    await speak('en-XB', []);
    expect([document.documentElement.dir, t.common.close]).toEqual(['rtl', '[Clôsë··]']);
    await speak('en', ['de']);
    expect([t.common.close, locale(), document.documentElement.dir]).toEqual(['Close', 'en', 'ltr']);
  });
});

describe('refusals', () => {
  test('every code of the database has words', async () => {
    const folder = 'supabase/migrations/';
    const sources = await Promise.all((await readdir(folder)).map((file) => readFile(folder + file, 'utf8')));
    const inserts = sources.flatMap((source) => source.match(/insert into private\.errors \(.*?;\n/gs) ?? []);
    const codes = inserts.flatMap((insert) => [...insert.matchAll(/^ {2}\('(\w+)', \d+/gm)].map(([, code]) => code!));
    expect(codes.length).toBeGreaterThan(100);
    expect(codes.filter((code) => !Object.hasOwn(englishRefusals, code))).toEqual([]);
  });

  test('are said in the language that is spoken, and by the server’s own words when there are none', async () => {
    expect(refusalText('message_blank', 'The message is empty.')).toBe('The message is empty.');
    await loadRefusals();
    expect(refusalText('message_blank', 'The message is empty.')).toBe('An empty message cannot be sent.');
    await speak('de', []);
    expect(refusalText('message_blank', 'The message is empty.')).toBe('The message is empty.');
    await loadRefusals();
    expect(refusalText('message_blank', 'The message is empty.')).toBe('Eine leere Nachricht lässt sich nicht senden.');
    expect(refusalText('of_a_newer_server', 'What the server says.')).toBe('What the server says.');
    await speak('en', []);
  });
});
