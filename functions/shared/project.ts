/** Where the project is and how to reach it: what the platform puts into a function's environment. */
export interface Project {
  url: string;
  /** The secret key, which passes row-level security. */
  key: string;
}

/** The secret key, in the platform's new form or its older one. @throws when neither is there */
export function projectFromEnvironment(get: (name: string) => string | undefined): Project {
  const url = get('SUPABASE_URL');
  const key = fromDictionary(get('SUPABASE_SECRET_KEYS')) ?? get('SUPABASE_SECRET_KEY') ?? get('SUPABASE_SERVICE_ROLE_KEY');
  if (!url || !key) throw new Error('SUPABASE_URL and SUPABASE_SECRET_KEYS are not set');
  return { url, key };
}

function fromDictionary(json: string | undefined): string | undefined {
  if (!json) return undefined;
  const keys: unknown = JSON.parse(json);
  if (typeof keys !== 'object' || keys === null) return undefined;
  const key = (keys as Record<string, unknown>)['default'];
  return typeof key === 'string' ? key : undefined;
}
