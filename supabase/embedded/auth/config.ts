/** The part of supabase/config.toml's `[auth]` that this server obeys, with the CLI's names and defaults. */
import { z } from 'zod';
import { parseDuration } from './duration.ts';

const duration = z.string().transform((text, ctx) => {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  ctx.addIssue(`"${text}" is not a duration such as "1m30s"`);
  return z.NEVER;
});

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const SYMBOLS = '!@#$%^&*()_+-=[]{};\'\\:"|<>?,./`~';

/** Of each set of characters a password needs at least one. */
export const PASSWORD_REQUIREMENTS = {
  '': [],
  letters_digits: [LETTERS + LETTERS.toUpperCase(), DIGITS],
  lower_upper_letters_digits: [LETTERS, LETTERS.toUpperCase(), DIGITS],
  lower_upper_letters_digits_symbols: [LETTERS, LETTERS.toUpperCase(), DIGITS, SYMBOLS]
} satisfies Record<string, string[]>;

const smtp = z.object({
  enabled: z.boolean().default(true),
  host: z.string(),
  port: z.number().int(),
  user: z.string().default(''),
  pass: z.string().default(''),
  admin_email: z.string(),
  sender_name: z.string().default('')
});

/** A limit that is not named is not applied. */
const rateLimit = z.object({
  /** Mails an hour, all people together. */
  email_sent: z.number().int().min(0).optional(),
  /** Anonymous sign-ins an hour from one address. */
  anonymous_users: z.number().int().min(0).optional(),
  /** Refreshes in five minutes from one address. */
  token_refresh: z.number().int().min(0).optional(),
  /** Sign-ups, sign-ins and requests for mail in five minutes from one address. */
  sign_in_sign_ups: z.number().int().min(0).optional(),
  /** Checks of a link or code in five minutes from one address, and for one account. */
  token_verifications: z.number().int().min(0).optional()
});

export const authConfig = z.object({
  site_url: z.string().default('http://127.0.0.1:3000'),
  additional_redirect_urls: z.array(z.string()).default([]),
  /** Seconds. */
  jwt_expiry: z.number().int().min(1).max(604_800).default(3600),
  jwt_issuer: z.string().optional(),
  enable_refresh_token_rotation: z.boolean().default(true),
  /** Seconds. */
  refresh_token_reuse_interval: z.number().int().min(0).default(10),
  enable_signup: z.boolean().default(true),
  enable_anonymous_sign_ins: z.boolean().default(false),
  minimum_password_length: z.number().int().min(6).default(6),
  password_requirements: z.enum(Object.keys(PASSWORD_REQUIREMENTS) as (keyof typeof PASSWORD_REQUIREMENTS)[]).default(''),
  rate_limit: rateLimit.prefault({}),
  sessions: z.object({ timebox: duration.optional(), inactivity_timeout: duration.optional() }).prefault({}),
  email: z
    .object({
      enable_signup: z.boolean().default(true),
      double_confirm_changes: z.boolean().default(true),
      enable_confirmations: z.boolean().default(false),
      secure_password_change: z.boolean().default(false),
      max_frequency: duration.prefault('1s'),
      otp_length: z.number().int().min(6).max(10).default(6),
      /** Seconds. */
      otp_expiry: z.number().int().min(1).default(3600),
      smtp: smtp.optional()
    })
    .prefault({})
});

/** As written in config.toml. */
export type AuthConfigInput = z.input<typeof authConfig>;
export type AuthConfig = z.output<typeof authConfig>;
