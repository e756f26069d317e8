/** Where a URL of somebody else's leads, asked before anything is sent there: a function must not be a way into a network. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.ts';

export interface Address {
  address: string;
  family: number;
}

export type Resolve = (host: string) => Promise<Address[]>;

/** @param mayBeInside the operator has said that this host may be inside a network. @throws {Error} that says why not */
export async function judgedAddress(url: URL, mayBeInside: boolean, resolve: Resolve = resolveBySystem): Promise<Address> {
  const address = mayBeInside ? (await addressesOf(url, resolve))[0] : await publicAddress(url, resolve);
  if (!mayBeInside && url.protocol !== 'https:') throw new Error('It takes https');
  return address;
}

/** @param isAlso what else every address of it has to be. @throws {Error} when one of them is not on the public Internet */
export async function publicAddress(
  url: URL,
  resolve: Resolve = resolveBySystem,
  isAlso: (address: string) => boolean = () => true
): Promise<Address> {
  const addresses = await addressesOf(url, resolve);
  if (!addresses.every(({ address }) => isPublicAddress(address) && isAlso(address))) {
    throw new Error(`${hostOf(url)} is not on the public Internet`);
  }
  return addresses[0];
}

const resolveBySystem: Resolve = (host) => lookup(host, { all: true });

/** Without the brackets of an IPv6 address. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

async function addressesOf(url: URL, resolve: Resolve): Promise<[Address, ...Address[]]> {
  const host = hostOf(url);
  const family = isIP(host);
  const [first, ...others] = family ? [{ address: host, family }] : await resolve(host);
  if (!first) throw new Error(`${host} has no address`);
  return [first, ...others];
}
