/** A page as it is shown under a message: a few words, and nothing that a reader's device would have to ask for. */
import type { Page } from './fetch-page.ts';
import { charsetOf, factsOf, type MakeParser, type PageFacts } from './page-facts.ts';
import { plainText } from './plain-text.ts';

/** As messages.preview takes it. */
export interface Preview {
  /** As it was asked for: it stands so in the message. */
  url: string;
  title: string;
  description?: string;
  site_name?: string;
}

const TITLE_MAX = 200;
const DESCRIPTION_MAX = 300;
const SITE_NAME_MAX = 80;

/** Null for a page without a title. */
export function previewOf(url: string, page: Page, Parser: MakeParser): Preview | null {
  const { title = '', description = '', siteName = '' } = readIn(page, Parser);
  const shown = {
    title: plainText(title, TITLE_MAX),
    description: plainText(description, DESCRIPTION_MAX),
    site_name: plainText(siteName, SITE_NAME_MAX)
  };
  if (!shown.title) return null;
  const said = Object.entries(shown).filter(([, text]) => text !== '');
  return { url, ...(Object.fromEntries(said) as Omit<Preview, 'url'>) };
}

/** In the alphabet of the header, else of the page, which can be read in any to find out. */
function readIn({ contentType, body }: Page, Parser: MakeParser): PageFacts {
  const named = charsetOf(contentType);
  const facts = factsOf(decoded(body, named), Parser);
  if (named !== undefined || facts.charset === undefined || /^utf-?8$/i.test(facts.charset)) return facts;
  return factsOf(decoded(body, facts.charset), Parser);
}

function decoded(body: Uint8Array, charset = 'utf-8'): string {
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}
