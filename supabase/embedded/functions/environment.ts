/** The environment of a function: what the hosted platform sets, and the project's own secrets. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseEnv } from 'node:util';

export interface ProjectAccess {
  apiUrl: string;
  dbUrl: string;
  publishableKey: string;
  secretKey: string;
  anonToken: string;
  serviceRoleToken: string;
}

/** Source: https://supabase.com/docs/guides/functions/secrets */
export function functionEnvironment(access: ProjectAccess): Record<string, string> {
  return {
    SUPABASE_URL: access.apiUrl,
    SUPABASE_DB_URL: access.dbUrl,
    SUPABASE_ANON_KEY: access.anonToken,
    SUPABASE_SERVICE_ROLE_KEY: access.serviceRoleToken,
    SUPABASE_PUBLISHABLE_KEY: access.publishableKey,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: access.publishableKey }),
    SUPABASE_SECRET_KEY: access.secretKey,
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: access.secretKey })
  };
}

/** Where functions that write mails hand them in: the mail catcher. A project that is deployed has MAIL_API_URL instead. */
export function mailEnvironment(smtpPort: number): Record<string, string> {
  return { SMTP_HOST: '127.0.0.1', SMTP_PORT: String(smtpPort) };
}

/** Secrets of `supabase/functions/.env`, where the CLI reads them too. Names that begin with SUPABASE_ are the platform's. */
export async function secretsFile(project: string): Promise<Record<string, string>> {
  const text = await readFile(path.join(project, 'functions', '.env'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return ownSecrets(parseEnv(text) as Record<string, string>);
}

export function ownSecrets(secrets: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).filter(([name]) => !name.startsWith('SUPABASE_')));
}
