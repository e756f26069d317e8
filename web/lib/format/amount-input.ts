/** How many digits of a currency come after the point: 2 for EUR, 0 for JPY. */
export function fractionDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/**
 * What somebody has typed as an amount, in the smallest unit of the currency: "12.5", "12,50", "1 250" and "1,250.00" in EUR are 1250,
 * 1250, 125000 and 125000. A point or comma before as many digits as the currency has, or fewer, is the decimal one. Null for what is no
 * amount, or too large to be counted exactly.
 */
export function parseAmount(text: string, currency: string): number | null {
  const digits = fractionDigits(currency);
  const compact = text.replace(/[\s'’]/g, '');
  const decimal = digits > 0 ? new RegExp(`^(.+?)[.,](\\d{1,${digits}})$`).exec(compact) : null;
  const [whole, fraction] = decimal ? [decimal[1]!, decimal[2]!] : [compact, ''];
  if (!/^(\d+|\d{1,3}(,\d{3})+|\d{1,3}(\.\d{3})+)$/.test(whole)) return null;
  const minor = Number(whole.replace(/[.,]/g, '') + fraction.padEnd(digits, '0'));
  return Number.isSafeInteger(minor) ? minor : null;
}

/** An amount as it stands in a field: 1250, "EUR" → "12.50". */
export function amountInput(minor: number, currency: string): string {
  const digits = fractionDigits(currency);
  return (minor / 10 ** digits).toFixed(digits);
}
