import type { MessageQuery } from '#lib/api/search.ts';

/** A search as it stands in the address: what a person has typed and chosen. Days are of the reader's calendar, as YYYY-MM-DD. */
export type Wish = {
  readonly text: string;
  /** A conversation; '' for everywhere. */
  readonly in: string;
  /** Who said it; '' for anybody. */
  readonly from: string;
  readonly after: string;
  readonly before: string;
  readonly withFiles: boolean;
  readonly newestFirst: boolean;
};

export function readWish(params: Pick<URLSearchParams, 'get'>): Wish {
  return {
    text: params.get('q') ?? '',
    in: params.get('in') ?? '',
    from: params.get('from') ?? '',
    after: isDay(params.get('after')),
    before: isDay(params.get('before')),
    withFiles: params.get('has') === 'file',
    newestFirst: params.get('order') === 'newest'
  };
}

export function addressOf(wish: Wish): string {
  const params = new URLSearchParams();
  if (wish.text) params.set('q', wish.text);
  if (wish.in) params.set('in', wish.in);
  if (wish.from) params.set('from', wish.from);
  if (wish.after) params.set('after', wish.after);
  if (wish.before) params.set('before', wish.before);
  if (wish.withFiles) params.set('has', 'file');
  if (wish.newestFirst) params.set('order', 'newest');
  const said = params.toString();
  return said ? `/search?${said}` : '/search';
}

/** Null when there is nothing to search for: with files only, no words are needed. */
export function queryOf(wish: Wish): MessageQuery | null {
  const text = wish.text.trim();
  if (text === '' && !wish.withFiles) return null;
  return {
    text,
    conversationId: wish.in || undefined,
    senderId: wish.from || undefined,
    after: wish.after ? startOf(wish.after, 0) : undefined,
    // The last day is searched, too.
    before: wish.before ? startOf(wish.before, 1) : undefined,
    withFiles: wish.withFiles,
    newestFirst: wish.newestFirst
  };
}

export const hasFilters = (wish: Wish): boolean =>
  Boolean(wish.in || wish.from || wish.after || wish.before || wish.withFiles || wish.newestFirst);

export const withoutFilters = ({ text }: Wish): Wish => ({
  text,
  in: '',
  from: '',
  after: '',
  before: '',
  withFiles: false,
  newestFirst: false
});

const isDay = (text: string | null): string => (text && /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : '');

function startOf(day: string, daysLater: number): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + daysLater);
}
