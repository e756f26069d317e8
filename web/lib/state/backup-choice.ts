import type { BackupSecret } from '#lib/chat/index.ts';

/**
 * How what opens the backup is chosen, and verified before anything depends on it.
 *
 *     choosing ── code ──→ showing ──→ typing ── the same ──→ (verified)
 *         └── passphrase ──→ inventing ──→ repeating ── the same ──↗
 */
export type BackupChoice =
  | { step: 'choosing' }
  | { step: 'showing' | 'typing'; code: string }
  | { step: 'inventing' }
  | { step: 'repeating'; passphrase: string };

/** Shorter ones are guessed by whoever has the database. */
export const PASSPHRASE_MIN = 12;

/** Codes are the same however they are typed: with or without dashes, o for 0, l for 1. */
const clean = (code: string) => code.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');

export const isLongEnough = (passphrase: string): boolean => [...passphrase.trim()].length >= PASSPHRASE_MIN;

/** What was chosen, if what was typed is it; null if it is not. */
export function verified(choice: BackupChoice, typed: string): BackupSecret | null {
  if (choice.step === 'typing' && clean(choice.code) === clean(typed)) return { kind: 'recovery_code', text: choice.code };
  if (choice.step === 'repeating' && choice.passphrase.normalize('NFKC') === typed.normalize('NFKC'))
    return { kind: 'passphrase', text: choice.passphrase };
  return null;
}
