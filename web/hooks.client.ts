import type { ClientInit, HandleClientError } from '@sveltejs/kit/hooks';
import { NoConfig } from '#lib/config.ts';
import { languageHere } from '#lib/i18n/chosen.ts';
import { hasOwnStart } from '#lib/i18n/start-page.ts';
import { speak, t } from '#lib/i18n/words.svelte.ts';

/**
 * Before anything is drawn: the language of the page, if it was prerendered in one, or else the person's. Without a network it may
 * not be on the device; English always is.
 */
export const init: ClientInit = () => {
  const [, first = ''] = location.pathname.split('/');
  const written = first === '' ? 'en' : hasOwnStart(first) ? first : null;
  return speak(written ?? languageHere()).catch(() => {});
};

/** Turns what a page could not handle into what the error page may say. The whole error goes to the console, for whoever looks. */
export const handleError: HandleClientError = ({ kind, error }) => {
  if (kind !== 'unknown') return {};
  console.error(error);
  if (error instanceof NoConfig) return { message: t.errors.noConfig, code: 'no_config' };
  return { message: t.errors.unexpected, code: 'unexpected' };
};
