/** Values of config.toml with a unit. */
import { z } from 'zod';

export const port = z.int('not a port').min(1, 'not a port').max(65535, 'not a port');

const BYTE_UNITS: Record<string, number> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** "50MiB", "5MB" or a number of bytes → bytes. As with the CLI, MB and MiB are both 2^20. */
export const bytes = z.union([z.int().nonnegative(), z.string()]).transform((value, context) => {
  if (typeof value === 'number') return value;
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(value.trim()) ?? [];
  if (amount === undefined) {
    context.addIssue({ code: 'custom', message: `"${value}" is not a size such as "50MiB"` });
    return z.NEVER;
  }
  return Math.floor(Number(amount) * BYTE_UNITS[unit!.toLowerCase()]!);
});

const MILLISECONDS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** "1m30s", "24h", "500ms" → milliseconds, in the notation of Go's durations. */
export const duration = z.string().transform((value, context) => {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(value)) {
    context.addIssue({ code: 'custom', message: `"${value}" is not a duration such as "1m30s"` });
    return z.NEVER;
  }
  let total = 0;
  for (const [, amount, unit] of value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) total += Number(amount) * MILLISECONDS[unit!]!;
  return total;
});
