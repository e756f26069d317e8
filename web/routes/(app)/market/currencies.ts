import { locale } from '#lib/i18n/words.svelte.ts';

const OFFERED = ['EUR', 'USD', 'GBP', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'CAD', 'AUD', 'JPY', 'INR', 'BRL'];

/** What things are priced in here, and whatever else this one already is. */
export function currencyChoices(current: string, tag = locale()): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(tag, { type: 'currency' });
  return [...new Set([...OFFERED, current])].map((code) => ({ value: code, label: `${code} · ${names.of(code) ?? code}` }));
}
