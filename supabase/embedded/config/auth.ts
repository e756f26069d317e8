/** The `[auth]` part of config.toml. */
import { z } from 'zod';
import { duration } from './units.ts';

const limit = (requests: number) => z.int().nonnegative().default(requests);

const providerSchema = z.looseObject({
  enabled: z.boolean().default(false),
  client_id: z.string().default(''),
  secret: z.string().default(''),
  redirect_uri: z.string().default(''),
  /** Base address of the provider, where it is not the public one. */
  url: z.string().default(''),
  skip_nonce_check: z.boolean().default(false),
  email_optional: z.boolean().default(false)
});

export const authSchema = z.looseObject({
  enabled: z.boolean().default(true),
  site_url: z.url().default('http://127.0.0.1:3000'),
  /** Addresses that a mail's link may lead to; `*` and `**` are wildcards. */
  additional_redirect_urls: z.array(z.string()).default([]),
  /** Seconds. */
  jwt_expiry: z.int().positive().max(604_800).default(3600),
  jwt_issuer: z.string().optional(),
  enable_refresh_token_rotation: z.boolean().default(true),
  /** Seconds in which a refresh token that was used may be used again. */
  refresh_token_reuse_interval: z.int().nonnegative().default(10),
  enable_signup: z.boolean().default(true),
  enable_anonymous_sign_ins: z.boolean().default(false),
  enable_manual_linking: z.boolean().default(false),
  minimum_password_length: z.int().min(6).default(6),
  password_requirements: z
    .enum(['', 'letters_digits', 'lower_upper_letters_digits', 'lower_upper_letters_digits_symbols'])
    .default(''),
  /** Requests allowed: mails and anonymous sign-ups per hour, the others per five minutes and address. */
  rate_limit: z
    .looseObject({
      email_sent: limit(2),
      anonymous_users: limit(30),
      token_refresh: limit(150),
      sign_in_sign_ups: limit(30),
      token_verifications: limit(30)
    })
    .prefault({}),
  email: z
    .looseObject({
      enabled: z.boolean().default(true),
      double_confirm_changes: z.boolean().default(true),
      enable_confirmations: z.boolean().default(false),
      secure_password_change: z.boolean().default(false),
      max_frequency: duration.prefault('1s'),
      otp_length: z.int().min(6).max(10).default(6),
      /** Seconds. */
      otp_expiry: z.int().positive().max(86_400).default(3600),
      smtp: z
        .looseObject({
          enabled: z.boolean().default(true),
          host: z.string(),
          port: z.int(),
          user: z.string().optional(),
          pass: z.string().optional(),
          admin_email: z.email(),
          sender_name: z.string().optional()
        })
        .optional()
    })
    .prefault({}),
  sessions: z.looseObject({ timebox: duration.optional(), inactivity_timeout: duration.optional() }).prefault({}),
  external: z.record(z.string(), providerSchema).default({})
});

export type AuthConfig = z.output<typeof authSchema>;
