/**
 * Web Push: sends what is due (claim_pushes()). The database rings when something is wanted, and pg_cron when something is overdue;
 * nobody else may. Answers {sent, failed, gone, released, isUnfinished}, or {joined: true} when a run is under way here already.
 */
import process from 'node:process';
import webPush from 'npm:web-push@3.6.7';
import { refuseStranger } from '../shared/doorbell.ts';
import { projectFromEnvironment } from '../shared/project.ts';
import { Bell } from './bell.ts';
import { Breaker } from './breaker.ts';
import { budget, LIMITS } from './budget.ts';
import { drain, type Drained } from './drain.ts';
import { sender } from './send.ts';
import { vapid, vapidKeysFromEnvironment } from './vapid.ts';
import { databaseWork, type Work } from './work.ts';

const environment = (name: string) => Deno.env.get(name);
const project = projectFromEnvironment(environment);
const work = databaseWork(project);
const send = sender({ authorize: vapid(vapidKeysFromEnvironment(environment), webPush), webPush });
// Both outlive a run: the next ring usually comes to this process.
const breaker = new Breaker();
const bell = new Bell();
let running: Promise<Drained> | undefined;
let isRungMeanwhile = false;

Deno.serve(async (request) => {
  const refusal = await refuseStranger(request, project);
  if (refusal) return refusal;
  if (running) {
    isRungMeanwhile = true;
    bell.ring();
    return Response.json({ joined: true });
  }
  running = run().finally(() => (running = undefined));
  return Response.json(await running);
});

async function run(): Promise<Drained> {
  const mayGoOn = budget(LIMITS, cpuTime);
  const watched: Work = {
    ...work,
    claim(most, servicesDown) {
      // Whoever has rung so far is served by this claim.
      isRungMeanwhile = false;
      return work.claim(most, servicesDown);
    }
  };
  const drained = await drain(watched, send, { breaker, mayGoOn, wait: (ms) => bell.wait(ms) });
  if (drained.isUnfinished || isRungMeanwhile) await work.ringAgain();
  return drained;
}

/** Not every version of the platform's runtime tells. */
function cpuTime(): number | undefined {
  try {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  } catch {
    return undefined;
  }
}
