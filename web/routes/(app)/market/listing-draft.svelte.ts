import type { Listing, Listings, ListingText } from '#lib/api/listings.ts';
import { amountInput, parseAmount } from '#lib/format/amount-input.ts';

export const PICTURES_MAX = 12;
export const PICTURE_BYTES_MAX = 10_485_760;
export const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'];

/** A picture that lies in the listing's folder, or one that is still to be uploaded. `key` is for lists. */
export type DraftPicture = { readonly key: string; readonly name: string | null; readonly file: File | null };

/** A listing while its seller writes it. Saving it again after a failure goes on where it failed. */
export class ListingDraft {
  title = $state('');
  description = $state('');
  price = $state('');
  currency = $state('EUR');
  pictures = $state.raw<readonly DraftPicture[]>([]);
  /** Nobody has seen it yet: its currency may still change, and it is published when it is saved, if its seller wants that. */
  readonly isNew: boolean;
  readonly #api: Pick<Listings, 'create' | 'update' | 'setStatus' | 'upload'>;
  readonly #id: string;
  #isThere: boolean;

  constructor(api: Pick<Listings, 'create' | 'update' | 'setStatus' | 'upload'>, listing: Listing | null) {
    this.#api = api;
    this.#id = listing?.id ?? crypto.randomUUID();
    this.#isThere = listing !== null;
    this.isNew = listing === null || listing.status === 'draft';
    if (!listing) return;
    this.title = listing.title;
    this.description = listing.description;
    this.currency = listing.currency;
    this.price = amountInput(listing.priceMinor, listing.currency);
    this.pictures = listing.pictures.map((name) => ({ key: name, name, file: null }));
  }

  /** Null for what is no amount. */
  get priceMinor(): number | null {
    return parseAmount(this.price, this.currency);
  }

  /** Those that fit; returns how many were left out. */
  add(files: readonly File[]): number {
    const fitting = files.filter(({ type, size }) => PICTURE_TYPES.includes(type) && size <= PICTURE_BYTES_MAX);
    const added = fitting.slice(0, PICTURES_MAX - this.pictures.length);
    this.pictures = [...this.pictures, ...added.map((file) => ({ key: crypto.randomUUID(), name: null, file }))];
    return files.length - added.length;
  }

  remove(key: string): void {
    this.pictures = this.pictures.filter((picture) => picture.key !== key);
  }

  /** The first picture is the one in lists. */
  toFront(key: string): void {
    this.pictures = this.pictures.toSorted((a, b) => Number(b.key === key) - Number(a.key === key));
  }

  /** Resolves to the listing's id. `publish`: for everybody to see, from now on. Rejects with the classes of the chat client. */
  async save(publish: boolean): Promise<string> {
    const priceMinor = this.priceMinor;
    if (priceMinor === null) throw new TypeError('The form lets nothing through that is no amount.');
    const text: ListingText = {
      title: this.title.trim(),
      description: this.description.trim(),
      currency: this.currency,
      priceMinor
    };
    if (!this.#isThere) {
      await this.#api.create(this.#id, text);
      this.#isThere = true;
    }
    for (const { key, name, file } of this.pictures) {
      if (name !== null || file === null) continue;
      const uploaded = await this.#api.upload(this.#id, file);
      this.pictures = this.pictures.map((picture) => (picture.key === key ? { ...picture, name: uploaded } : picture));
    }
    await this.#api.update(
      this.#id,
      text,
      this.pictures.flatMap(({ name }) => name ?? [])
    );
    if (publish) await this.#api.setStatus(this.#id, 'active');
    return this.#id;
  }
}
