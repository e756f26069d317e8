import type { HandleClientError } from '@sveltejs/kit/hooks';
import { NoConfig } from '#lib/config.ts';

/** Turns what a page could not handle into what the error page may say. The whole error goes to the console, for whoever looks. */
export const handleError: HandleClientError = ({ kind, error }) => {
  if (kind !== 'unknown') return {};
  console.error(error);
  if (error instanceof NoConfig) return { message: 'The server cannot be reached.', code: 'no_config' };
  return { message: 'Something went wrong in the app.', code: 'unexpected' };
};
