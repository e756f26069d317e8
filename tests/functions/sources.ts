/** Functions that the tests run, as text: they are Deno's, and no type checker but Deno's knows its globals. */
export const SOURCES = {
  echo: `Deno.serve(async (request) => {
    const { pathname, search } = new URL(request.url);
    const headers = { 'x-own': 'yes', 'access-control-allow-origin': 'https://own.example' };
    if (request.method === 'OPTIONS') return new Response('ok', { headers });
    return Response.json({ method: request.method, pathname, search, body: await request.text(), pid: Deno.pid,
      authorization: request.headers.get('authorization') }, { status: 201, headers });
  });`,
  guarded: `Deno.serve(() => new Response('in'));`,
  environment: `Deno.serve(() => Response.json(Deno.env.toObject()));`,
  packages: `import { z } from 'npm:zod@4';
    import { createClient } from 'npm:@supabase/supabase-js@2';
    Deno.serve(() => Response.json({ n: z.number().parse(7), client: typeof createClient('http://x.test', 'k').from }));`,
  curious: `Deno.serve(async (request) => {
    const what = new URL(request.url).searchParams.get('what');
    try {
      if (what === 'read') return new Response(await Deno.readTextFile('/etc/hostname'));
      if (what === 'write') { await Deno.writeTextFile('./written', 'x'); return new Response('wrote'); }
      return new Response(String((await new Deno.Command('/bin/sh').output()).code));
    } catch (error) { return new Response(error.name, { status: 418 }); }
  });`,
  fragile: `Deno.serve((request) => {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith('/exit')) Deno.exit(1);
    if (pathname.endsWith('/throw')) throw new Error('thrown');
    if (pathname.endsWith('/reject')) { Promise.reject(new Error('unhandled')); return new Promise(() => {}); }
    return new Response(String(Deno.pid));
  });`,
  broken: `this is no TypeScript`,
  silent: `console.log('serves nothing');`,
  mute: `console.log('mute was here'); Deno.exit(3);`,
  slow: `Deno.serve((request) => new URL(request.url).pathname.endsWith('/hang')
    ? new Promise(() => {}) : new Response(String(Deno.pid)));`,
  spinning: `Deno.serve((request) => { if (new URL(request.url).pathname.endsWith('/spin')) for (;;); return new Response(String(Deno.pid)); });`,
  streaming: `Deno.serve(() => new Response(new ReadableStream({ start(c) {
    c.enqueue(new TextEncoder().encode('one\\n'));
    setTimeout(() => { c.enqueue(new TextEncoder().encode('two\\n')); c.close(); }, 50);
  } }), { headers: { 'content-type': 'text/event-stream' } }));`,
  unwilling: `let asked = 0; Deno.serve(() => new Response(String(++asked), { status: 503 }));`,
  background: `Deno.serve(async (request) => {
    const url = await request.text();
    EdgeRuntime.waitUntil(fetch(url + '/later', { method: 'POST' }));
    EdgeRuntime.waitUntil(Promise.reject(new Error('in the background')));
    return new Response('at once');
  });`
};
