import type pg from 'pg';
import { AccessTokens } from './sessions/access-tokens.ts';
import { authConfig, type AuthConfig, type AuthConfigInput } from './config.ts';
import { openPool } from './database.ts';
import { Limits } from './http/limits.ts';
import { Mailer, type SmtpServer } from './letters/mailer.ts';
import { Redirects } from './letters/redirects.ts';

export interface AuthOptions {
  /** Connection string of the role `supabase_auth_admin`. */
  databaseUrl: string;
  /** HS256 secret of the project, shared with PostgREST, Storage and Realtime. */
  jwtSecret: string;
  /** Where clients reach the API, without a path: links in mails begin with it. */
  apiUrl: string;
  smtp: SmtpServer;
  /** `[auth]` of config.toml, as parsed from TOML. */
  config?: AuthConfigInput;
  /** bcrypt's cost for new passwords: each step doubles the work. Default 10, as Supabase. */
  passwordCost?: number;
}

/** What the routes work with. */
export interface Auth {
  db: pg.Pool;
  config: AuthConfig;
  tokens: AccessTokens;
  limits: Limits;
  mailer: Mailer;
  redirects: Redirects;
  /** The API's address of this server, which is also the issuer of its tokens. */
  url: string;
  passwordCost: number;
}

export function createAuth(options: AuthOptions): Auth {
  const config = authConfig.parse(options.config ?? {});
  const url = `${options.apiUrl.replace(/\/$/, '')}/auth/v1`;
  const limits = new Limits(config.rate_limit);
  return {
    db: openPool(options.databaseUrl),
    config,
    tokens: new AccessTokens(options.jwtSecret, config.jwt_issuer ?? url, config.jwt_expiry),
    limits,
    mailer: new Mailer(options.smtp, config.email, limits),
    redirects: new Redirects(config.site_url, config.additional_redirect_urls),
    url,
    passwordCost: options.passwordCost ?? 10
  };
}
