/** Whether an address is one of the public Internet: a webhook must not be a way to ask what only this network may be asked. */

/** First address and prefix length of what is not public. Source: https://www.iana.org/assignments/iana-ipv4-special-registry */
const NOT_PUBLIC_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3'
].map((range) => {
  const [first = '', length = ''] = range.split('/');
  return { first: v4(first)!, size: 2 ** (32 - Number(length)) };
});

/** Of IPv6 only 2000::/3 is given out; within it these lead elsewhere (Teredo and its like, documentation, 6to4). */
const NOT_PUBLIC_V6: { first: bigint; bits: bigint }[] = [
  { first: 0x2001_0000n << 96n, bits: 23n },
  { first: 0x2001_0db8n << 96n, bits: 32n },
  { first: 0x2002_0000n << 96n, bits: 16n },
  { first: 0x3fff_0000n << 96n, bits: 20n }
];

export function isPublicAddress(address: string): boolean {
  const four = v4(address);
  if (four !== undefined) return !NOT_PUBLIC_V4.some(({ first, size }) => four >= first && four < first + size);
  const six = v6(address);
  if (six === undefined) return false;
  // An IPv4 address in IPv6's clothes.
  if (six >> 32n === 0xffffn) return isPublicAddress(v4Text(Number(six & 0xffff_ffffn)));
  return six >> 125n === 1n && !NOT_PUBLIC_V6.some(({ first, bits }) => six >> (128n - bits) === first >> (128n - bits));
}

function v4(text: string): number | undefined {
  if (!/^(\d{1,3}\.){3}\d{1,3}$/.test(text)) return undefined;
  const parts = text.split('.').map(Number);
  return parts.every((part) => part < 256) ? parts.reduce((sum, part) => sum * 256 + part, 0) : undefined;
}

function v4Text(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

function v6(text: string): bigint | undefined {
  // A tail such as ::ffff:127.0.0.1 in groups; what follows "%" names an interface.
  const [plain = ''] = text.split('%');
  const tail = v4(plain.slice(plain.lastIndexOf(':') + 1));
  const groups =
    tail === undefined
      ? plain
      : plain.slice(0, plain.lastIndexOf(':') + 1) + `${(tail >>> 16).toString(16)}:${(tail & 0xffff).toString(16)}`;
  const [head = '', rest, ...more] = groups.split('::');
  if (more.length > 0 || !/^[0-9a-f:]*$/i.test(groups)) return undefined;
  const [front, back] = [head, rest ?? ''].map((part) => (part === '' ? [] : part.split(':'))) as [string[], string[]];
  const missing = 8 - front.length - back.length;
  if (rest === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...front, ...Array<string>(Math.max(missing, 0)).fill('0'), ...back];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}
