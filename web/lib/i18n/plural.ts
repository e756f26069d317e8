/** Chooses the form of a phrase by a number, by the plural rules of a language (CLDR, through Intl.PluralRules). */
export function pluralIn(language: string) {
  const rules = new Intl.PluralRules(language);
  return (count: number, forms: { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>): string =>
    forms[rules.select(count)] ?? forms.other;
}
