import type { SupabaseClient } from '@supabase/supabase-js';

/** Calls of Edge Functions with JSON, as functions-js makes them: of it, this much is used. */
export function functionsAt(url: string, fetcher: typeof fetch): Pick<SupabaseClient['functions'], 'invoke'> {
  return {
    async invoke<Answer>(name: string, { body }: { body?: unknown } = {}) {
      try {
        const headers = { 'content-type': 'application/json' };
        const response = await fetcher(`${url}/${name}`, { method: 'POST', headers, body: JSON.stringify(body) });
        if (!response.ok) return { data: null, error: new Error(`${name} answered ${response.status}`), response };
        return { data: (await response.json()) as Answer, error: null, response };
      } catch (error) {
        return { data: null, error };
      }
    }
  };
}
