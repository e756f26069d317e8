/**
 * Every feature of Realtime as its unmodified client sees it. Runs against an embedded stack of its own, or against the
 * Supabase that REALTIME_TARGET names; `npm run test:realtime` is the way to say which, and prints what passed by feature.
 */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { lacking } from './feature.ts';
import { FEATURES } from './features.ts';
import { makePeople, type People } from './people.ts';
import { Scene } from './scene.ts';
import { openTarget } from './target.ts';

let target: Awaited<ReturnType<typeof openTarget>>;
let people: People;
beforeAll(async () => {
  target = await openTarget();
  people = await makePeople(target);
  const { error } = await new Scene(target, people).client(people.ann).from('behaviour_members').select('topic').limit(1);
  if (error) throw new Error(`The suite's tables are not there (${error.message}): npm run test:realtime -- --sql prints them`);
}, 120_000);
afterAll(() => target.stop());

for (const { name, cases } of FEATURES) {
  describe(name, () => {
    for (const one of cases) {
      test(one.name, async ({ skip }) => {
        const missing = lacking(one, target);
        if (missing.length > 0) skip(`needs ${missing.join(' and ')}`);
        const scene = new Scene(target, people);
        try {
          await one.run(scene);
        } finally {
          await scene.close();
        }
      });
    }
  });
}
