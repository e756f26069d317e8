/** Opens a session for an account, by a link as Auth mails it; here nobody mails it, and it is used at once. */
import type { Project } from '../shared/project.ts';

export interface Session {
  access_token: string;
  token_type: string;
  /** Seconds. */
  expires_in: number;
}

/** @throws {Error} with what Auth answered */
export async function signIn(project: Project, email: string, fetcher: typeof fetch = fetch): Promise<Session> {
  const link = await auth(project, 'admin/generate_link', { type: 'magiclink', email }, fetcher);
  const hash = link['hashed_token'] ?? (link['properties'] as Record<string, unknown> | undefined)?.['hashed_token'];
  const session = await auth(project, 'verify', { type: 'magiclink', token_hash: hash }, fetcher);
  const { access_token, token_type, expires_in } = session;
  if (typeof access_token !== 'string') throw new Error('Auth gave no token');
  return { access_token, token_type: String(token_type), expires_in: Number(expires_in) };
}

async function auth({ url, key }: Project, path: string, body: object, fetcher: typeof fetch): Promise<Record<string, unknown>> {
  const response = await fetcher(`${url}/auth/v1/${path}`, {
    method: 'POST',
    headers: { apikey: key, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000)
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Auth answered ${response.status}: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}
