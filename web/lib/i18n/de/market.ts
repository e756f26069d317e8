import type { Words } from '../en.ts';
import { plural } from './plural.ts';

export const market: Words['market'] = {
  title: 'Markt',
  browse: 'Auf dem Markt',
  mine: 'Deine',
  search: 'Den Markt durchsuchen',
  sell: 'Etwas verkaufen',
  loading: 'Anzeigen werden geladen',
  more: 'Mehr anzeigen',
  empty: 'Noch steht nichts zum Verkauf',
  emptyHint: 'Was jemand anbietet, erscheint hier. Mach den Anfang.',
  nothingFound: 'Nichts gefunden',
  nothingFoundHint: 'Versuche es mit anderen oder weniger Wörtern.',
  noneOwn: 'Du verkaufst gerade nichts',
  noneOwnHint: 'Stell etwas ein: Auch Entwürfe und Verkauftes bleiben hier.',
  listing: 'Anzeige',
  back: 'Zurück zum Markt',
  backToListing: 'Zurück zur Anzeige',
  backToChat: 'Zurück zur Unterhaltung',
  gone: 'Diese Anzeige gibt es nicht',
  goneHint: 'Sie wurde vom Markt genommen, oder es hat sie nie gegeben.',
  nobody: 'jemandem, dessen Konto gelöscht ist,',
  putUp: (seller, ago) => `Eingestellt von ${seller} ${ago}`,
  pictures: 'Bilder',
  picture: (n) => `Bild ${n}`,
  pictureOf: (title, n) => `${title}, Bild ${n}`,
  messageSeller: 'Nachricht schreiben',
  offer: 'Gebot abgeben',
  reservedHint: 'Es ist für jemanden zurückgelegt: Du kannst fragen, aber nichts bieten.',
  offMarket: 'Das steht nicht mehr zum Verkauf.',
  edit: 'Bearbeiten',
  statuses: { draft: 'Entwurf', active: 'Zu verkaufen', reserved: 'Reserviert', sold: 'Verkauft', withdrawn: 'Zurückgezogen' },
  moves: {
    draft: 'Entwurf',
    active: 'Auf den Markt stellen',
    reserved: 'Reservieren',
    sold: 'Als verkauft markieren',
    withdrawn: 'Zurückziehen'
  },
  soldTitle: 'Als verkauft markieren?',
  withdrawTitle: 'Diese Anzeige zurückziehen?',
  endsNegotiations: 'Sie verschwindet vom Markt, und die Verhandlungen darüber enden.',
  newTitle: 'Etwas verkaufen',
  editTitle: 'Anzeige bearbeiten',
  notEditable: 'Diese Anzeige lässt sich nicht bearbeiten',
  fields: { title: 'Was ist es?', price: 'Preis', currency: 'Währung', description: 'Beschreibung', pictures: 'Bilder' },
  priceRule: 'Schreib einen Betrag, etwa 12,50.',
  publish: 'Auf den Markt stellen',
  saveDraft: 'Als Entwurf speichern',
  addPictures: 'Hinzufügen',
  picturesHint: 'Bis zu 12 Bilder mit höchstens 10 MB. Das erste steht in den Listen.',
  picturesLeft: (count) =>
    plural(count, {
      one: 'Eine Datei wurde ausgelassen: Sie ist kein Bild oder zu groß.',
      other: `${count} Dateien wurden ausgelassen.`
    }),
  removePicture: (n) => `Bild ${n} entfernen`,
  firstPicture: (n) => `Bild ${n} zuerst zeigen`,

  negotiation: 'Verhandlung',
  negotiationLoading: 'Die Verhandlung wird geladen',
  noNegotiation: 'Hier wird nichts verhandelt',
  noNegotiationHint: 'Was sie verhandeln, sehen nur die beiden, die kaufen und verkaufen.',
  seeListing: 'Zur Anzeige',
  offersAndDeal: 'Gebote',
  asking: (amount) => `Verlangt werden ${amount}`,
  noOffer: 'Noch hat niemand etwas geboten',
  makeOffer: 'Gebot abgeben',
  yourOffer: 'Dein Gebot',
  theirOffer: { buyer: 'Geboten werden', seller: 'Verlangt werden' },
  expires: (left) => `Läuft ab ${left}`,
  waiting: 'Jetzt ist die andere Seite dran.',
  accept: 'Annehmen',
  counter: 'Gegengebot',
  counterWith: 'Gegengebot abgeben',
  reject: 'Ablehnen',
  withdraw: 'Zurückziehen',
  ask: {
    accept: (amount) => `${amount} annehmen?`,
    reject: (amount) => `${amount} ablehnen?`,
    withdraw: (amount) => `Dein Gebot von ${amount} zurückziehen?`
  },
  askText: {
    accept: 'Damit gilt der Handel. Die Anzeige ist verkauft, und alle anderen Verhandlungen darüber enden.',
    reject: 'Die Verhandlung ist dann zu Ende. Eine neue kann beginnen.',
    withdraw: 'Die Verhandlung ist dann zu Ende. Eine neue kann beginnen.'
  },
  amountIn: (currency) => `Betrag in ${currency}`,
  amountRule: 'Schreib einen Betrag über null.',
  standsFor: 'Gilt',
  days: (count) => plural(count, { one: '1 Tag', other: `${count} Tage` }),
  negotiateAgain: 'Neu verhandeln',
  over: {
    countered: 'Die Verhandlung geht weiter',
    accepted: 'Das Gebot wurde angenommen',
    rejected: 'Die Verhandlung ist zu Ende: Das Gebot wurde abgelehnt, oder die Anzeige ist geschlossen',
    expired: 'Die Verhandlung ist zu Ende: Das Gebot ist abgelaufen',
    withdrawn: 'Die Verhandlung ist zu Ende: Das Gebot wurde zurückgezogen'
  },
  history: 'Bisherige Gebote',
  you: 'Du',
  parties: { buyer: 'Kaufende Seite', seller: 'Verkaufende Seite' },
  offerStatuses: {
    open: 'Gilt',
    countered: 'Mit Gegengebot',
    accepted: 'Angenommen',
    rejected: 'Abgelehnt',
    expired: 'Abgelaufen',
    withdrawn: 'Zurückgezogen'
  },
  agreed: 'Ihr seid euch einig',
  dealSteps: { created: 'Vereinbart', paid: 'Bezahlt', completed: 'Erhalten', cancelled: 'Abgebrochen' },
  notYet: 'noch nicht',
  dealMoves: { paid: 'Das Geld ist da', completed: 'Ich habe es erhalten', cancelled: 'Handel abbrechen' },
  dealAsk: {
    paid: 'Sag das, sobald das Geld angekommen ist: Es lässt sich nicht zurücknehmen.',
    completed: 'Sag das, sobald du hast, was du gekauft hast: Damit ist der Handel erledigt.',
    cancelled: 'Die Anzeige kommt zurück auf den Markt. Wurde schon bezahlt, gibt die verkaufende Seite das Geld zurück.'
  },
  dealNext: {
    created: {
      buyer: 'Bezahle. Die andere Seite sagt hier, wenn das Geld da ist.',
      seller: 'Warte auf das Geld, und sag hier, wenn es da ist.'
    },
    paid: {
      buyer: 'Sag hier, wenn du erhalten hast, was du gekauft hast.',
      seller: 'Übergib es. Die andere Seite sagt hier, wenn es angekommen ist.'
    }
  },
  chain: 'Nachträglich nichts verändert?',
  chainText:
    'Jede Nachricht und jedes Gebot hier ist mit dem davor verkettet. Beide Seiten können prüfen, dass die Kette ganz ist.',
  verify: 'Prüfen',
  chainWhole: (count) =>
    plural(count, {
      one: 'Eine Nachricht geprüft: Nichts wurde verändert.',
      other: `${count} Nachrichten geprüft: Nichts wurde verändert.`
    }),
  chainBroken: (seq) =>
    seq === null
      ? 'Die Kette ist gebrochen: Etwas wurde verändert.'
      : `Die Kette ist bei Nachricht ${seq} gebrochen: Etwas wurde verändert.`
};
