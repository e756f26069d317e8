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
export async function judgedAddress(
  url: URL,
  mayBeInside: boolean,
  resolve: Resolve = (host) => lookup(host, { all: true })
): Promise<Address> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  const addresses = family ? [{ address: host, family }] : await resolve(host);
  const [first] = addresses;
  if (!first) throw new Error(`${host} has no address`);
  if (!mayBeInside && !addresses.every(({ address }) => isPublicAddress(address))) {
    throw new Error(`${host} is not on the public Internet`);
  }
  if (!mayBeInside && url.protocol !== 'https:') throw new Error('It takes https');
  return first;
}
