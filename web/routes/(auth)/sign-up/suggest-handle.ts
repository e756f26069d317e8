/** A handle made of a name: "Zoë Müller" gives "zoe_muller". Empty when too little is left of it. */
export function suggestHandle(name: string): string {
  const handle = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 30);
  return handle.length >= 3 ? handle : '';
}
