/** What crosses a border is not changed any more on either side: frozen, it need not be copied, and whoever changes it all the same fails. */
export function frozen<T>(value: T): T {
  // What is frozen was frozen here, with all that is in it.
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
}
