import { plural } from './plural.ts';

/** Things for sale, offers and deals. */
export const market = {
  title: 'Market',
  browse: 'On the market',
  mine: 'Yours',
  search: 'Search the market',
  sell: 'Sell something',
  loading: 'Loading listings',
  more: 'Show more',
  empty: 'Nothing is for sale yet',
  emptyHint: 'What people put up appears here. Be the first.',
  nothingFound: 'Nothing found',
  nothingFoundHint: 'Try other words, or fewer of them.',
  noneOwn: 'You are not selling anything',
  noneOwnHint: 'Put something up: drafts and what you have sold stay here, too.',
  listing: 'Listing',
  back: 'Back to the market',
  backToListing: 'Back to the listing',
  backToChat: 'Back to the conversation',
  gone: 'This listing is not there',
  goneHint: 'It was taken off the market, or never existed.',
  nobody: 'somebody whose account is deleted',
  putUp: (seller: string, ago: string) => `Put up by ${seller} ${ago}`,
  pictures: 'Pictures',
  picture: (n: number) => `Picture ${n}`,
  pictureOf: (title: string, n: number) => `${title}, picture ${n}`,
  messageSeller: 'Message the seller',
  offer: 'Make an offer',
  reservedHint: 'It is held back for somebody: you can ask, but not make an offer.',
  offMarket: 'This is not for sale any more.',
  edit: 'Edit',
  statuses: { draft: 'Draft', active: 'For sale', reserved: 'Reserved', sold: 'Sold', withdrawn: 'Withdrawn' },
  moves: { draft: 'Draft', active: 'Put on the market', reserved: 'Reserve', sold: 'Mark as sold', withdrawn: 'Withdraw' },
  soldTitle: 'Mark as sold?',
  withdrawTitle: 'Withdraw this listing?',
  endsNegotiations: 'It disappears from the market, and the negotiations about it end.',
  newTitle: 'Sell something',
  editTitle: 'Edit the listing',
  notEditable: 'This listing cannot be edited',
  fields: { title: 'What is it?', price: 'Price', currency: 'Currency', description: 'Description', pictures: 'Pictures' },
  priceRule: 'Write an amount, such as 12.50.',
  publish: 'Put on the market',
  saveDraft: 'Save as a draft',
  addPictures: 'Add',
  picturesHint: 'Up to 12 pictures of at most 10 MB. The first is shown in lists.',
  picturesLeft: (count: number) =>
    plural(count, { one: 'One file was left out: it is no picture, or too large.', other: `${count} files were left out.` }),
  removePicture: (n: number) => `Remove picture ${n}`,
  firstPicture: (n: number) => `Show picture ${n} first`,

  negotiation: 'Negotiation',
  negotiationLoading: 'Loading the negotiation',
  noNegotiation: 'There is no negotiation here',
  noNegotiationHint: 'Only buyer and seller see what they negotiate.',
  seeListing: 'See the listing',
  offersAndDeal: 'Offers',
  asking: (amount: string) => `Asking price ${amount}`,
  noOffer: 'Nobody has made an offer yet',
  makeOffer: 'Make the offer',
  yourOffer: 'Your offer',
  theirOffer: { buyer: 'The buyer offers', seller: 'The seller offers' },
  expires: (left: string) => `Expires ${left}`,
  waiting: 'It is for the other side to answer.',
  accept: 'Accept',
  counter: 'Counter',
  counterWith: 'Counter with this',
  reject: 'Reject',
  withdraw: 'Withdraw',
  ask: {
    accept: (amount: string) => `Accept ${amount}?`,
    reject: (amount: string) => `Reject ${amount}?`,
    withdraw: (amount: string) => `Withdraw your offer of ${amount}?`
  },
  askText: {
    accept: 'This makes the deal. The listing is sold, and all other negotiations about it end.',
    reject: 'The negotiation is over. Another one can be begun.',
    withdraw: 'The negotiation is over. Another one can be begun.'
  },
  amountIn: (currency: string) => `Amount in ${currency}`,
  amountRule: 'Write an amount above zero.',
  standsFor: 'Stands for',
  days: (count: number) => plural(count, { one: '1 day', other: `${count} days` }),
  negotiateAgain: 'Negotiate again',
  over: {
    countered: 'The negotiation goes on',
    accepted: 'The offer was accepted',
    rejected: 'The negotiation has ended: the offer was rejected, or the listing was closed',
    expired: 'The negotiation has ended: the offer has expired',
    withdrawn: 'The negotiation has ended: the offer was withdrawn'
  },
  history: 'Offers so far',
  you: 'You',
  parties: { buyer: 'Buyer', seller: 'Seller' },
  offerStatuses: {
    open: 'Stands',
    countered: 'Countered',
    accepted: 'Accepted',
    rejected: 'Rejected',
    expired: 'Expired',
    withdrawn: 'Withdrawn'
  },
  agreed: 'You have a deal',
  dealSteps: { created: 'Agreed', paid: 'Paid', completed: 'Received', cancelled: 'Cancelled' },
  notYet: 'not yet',
  dealMoves: { paid: 'I have the money', completed: 'I have received it', cancelled: 'Cancel the deal' },
  dealAsk: {
    paid: 'Say this once the money has arrived: it cannot be taken back.',
    completed: 'Say this once you have what you bought: the deal is done then.',
    cancelled: 'The listing goes back on the market. If money was paid, the seller returns it.'
  },
  dealNext: {
    created: {
      buyer: 'Pay the seller. They say here when the money has arrived.',
      seller: 'Wait for the money, and say here when it has arrived.'
    },
    paid: {
      buyer: 'Say here when you have received what you bought.',
      seller: 'Hand it over. The buyer says here when it has arrived.'
    }
  },
  chain: 'Nothing changed afterwards?',
  chainText: 'Every message and offer here is chained to the one before it. Either side can check that the chain is whole.',
  verify: 'Check',
  chainWhole: (count: number) =>
    plural(count, { one: 'One message checked: nothing was changed.', other: `${count} messages checked: nothing was changed.` }),
  chainBroken: (seq: number | null) =>
    seq === null ? 'The chain is broken: something was changed.' : `The chain is broken at message ${seq}: something was changed.`
};
