import type { AuthError, SupabaseClient } from '@supabase/supabase-js';
import type { Session } from '../backend.ts';

/** supabase-js says INITIAL_SESSION with null also when it could not reach the server: only SIGNED_OUT means what it says. */
export function supabaseSession(supabase: SupabaseClient, userId: string): Session {
  return {
    subscribe(onChange) {
      // It holds its lock while it calls back, and nothing of auth may be called from here: so not at once.
      const later = (event: 'signed_out' | 'renewed') => setTimeout(() => onChange(event), 0);
      const { data } = supabase.auth.onAuthStateChange((event, session) => {
        if (event === 'SIGNED_OUT') later('signed_out');
        else if (session && session.user.id !== userId) later('signed_out');
        else if (event === 'TOKEN_REFRESHED' || event === 'SIGNED_IN') later('renewed');
      });
      return () => data.subscription.unsubscribe();
    },

    async renew() {
      const { error } = await supabase.auth.refreshSession();
      // supabase-js keeps a session whose access token has time left, by this device's clock. But that token is not accepted either.
      if (isRefusal(error) && isFinal(error.status ?? 0)) await supabase.auth.signOut({ scope: 'local' });
    }
  };
}

/** By name, as auth-js itself looks at it: a first load need not have its classes. */
const isRefusal = (error: AuthError | null): error is AuthError => error?.name === 'AuthApiError';

/** Refused for good, and not because of too many requests. */
const isFinal = (status: number) => status >= 400 && status < 500 && status !== 408 && status !== 429;
