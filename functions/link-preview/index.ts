/** What a page says of itself, for whoever is about to link to it: POST {"url": "https://…"} as a signed-in person, answers {preview}. */
import { Parser } from 'npm:htmlparser2@12.0.0';
import ipaddr from 'npm:ipaddr.js@2.5.0';
import { publicAddress } from '../shared/judged-address.ts';
import { projectFromEnvironment } from '../shared/project.ts';
import { answerer } from './answer.ts';
import { fetchPage } from './fetch-page.ts';
import { previewOf } from './preview.ts';

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization, apikey, content-type, x-client-info',
  'access-control-expose-headers': 'retry-after'
};

/** Two that keep lists of what is not of the Internet have to agree that an address is. */
const isUnicast = (address: string) => ipaddr.process(address).range() === 'unicast';

const answer = answerer({
  project: projectFromEnvironment((name) => Deno.env.get(name)),
  look: async (text, url) => {
    const page = await fetchPage(url, { judge: (at) => publicAddress(at, undefined, isUnicast) });
    return previewOf(text, page, Parser);
  }
});

Deno.serve(async (request) => {
  if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: CORS });
  const response = await answer(request);
  for (const [name, value] of Object.entries(CORS)) response.headers.set(name, value);
  return response;
});
