/**
 * The project's keys at the gateway. A caller names itself by an `apikey` header (or query parameter); inside, every service
 * knows tokens only, so the key is exchanged for the token that it stands for.
 * Source: https://supabase.com/docs/guides/api/api-keys
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Keys } from '../keys.ts';

/** Whether a path needs a key, takes one where it is given, or does not look at it. */
export type KeyPolicy = 'required' | 'optional' | 'ignored';

export interface Refusal {
  message: string;
  hint: string;
}

export type KeyResult =
  | {
      ok: true;
      /** To be sent on as the Authorization header. */ authorization?: string;
      /** What the key stands for. */ token?: string;
    }
  | { ok: false; refusal: Refusal };

const MISSING: Refusal = {
  message: 'No API key found in request',
  hint: 'No `apikey` request header or url param was found.'
};

const WRONG: Refusal = {
  message: 'Invalid API key',
  hint: 'Double check the API key: `npm run status` prints those of this project.'
};

const SECRET_IN_BROWSER: Refusal = {
  message: 'Forbidden use of secret API key in browser',
  hint: 'Secret API keys can only be used in a protected environment and should never be used in a browser. Delete this secret API key immediately.'
};

export class ApiKeys {
  readonly #tokens: Map<string, string>;
  readonly #secretKey: string;

  constructor(keys: Keys) {
    this.#secretKey = keys.secretKey;
    this.#tokens = new Map([
      [keys.publishableKey, keys.anonToken],
      [keys.secretKey, keys.serviceRoleToken],
      [keys.anonToken, keys.anonToken],
      [keys.serviceRoleToken, keys.serviceRoleToken]
    ]);
  }

  /** Judges a request by its headers and the `apikey` of its query, if it has one. */
  check(headers: IncomingHttpHeaders, queryKey: string | undefined, policy: KeyPolicy): KeyResult {
    const key = single(headers['apikey']) ?? queryKey;
    const { authorization } = headers;
    if (policy === 'ignored') return { ok: true, authorization };
    if (!key)
      return policy === 'required' ? { ok: false, refusal: MISSING } : { ok: true, authorization: this.#exchange(authorization) };
    const token = this.#tokens.get(key);
    if (!token) return policy === 'required' ? { ok: false, refusal: WRONG } : { ok: true, authorization };
    // Only browsers call themselves Mozilla.
    if (key === this.#secretKey && headers['user-agent']?.startsWith('Mozilla/'))
      return { ok: false, refusal: SECRET_IN_BROWSER };
    return { ok: true, authorization: this.#exchange(authorization ?? `Bearer ${key}`), token };
  }

  /** `Bearer <key>` becomes `Bearer <token>`; a person's own token stays. */
  #exchange(authorization: string | undefined): string | undefined {
    const [, credential] = /^Bearer\s+(\S+)$/i.exec(authorization ?? '') ?? [];
    const token = credential && this.#tokens.get(credential);
    return token ? `Bearer ${token}` : authorization;
  }
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
