import { expect, test } from 'vitest';
import { type Running, supervise } from '../../supabase/embedded/process/supervise.ts';

/** A service that ends when told to. */
function fakeService() {
  const starts: { end(reason: string): void; stopped: boolean }[] = [];
  const start = async (): Promise<Running> => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const run = { end: resolve, stopped: false };
    starts.push(run);
    return {
      exited: promise,
      async stop() {
        run.stopped = true;
        resolve('asked');
      }
    };
  };
  return { starts, service: { name: 'Fake', logFile: 'fake.log', start } };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const quiet = { log: () => undefined, failed: () => undefined };

test('a service that ends by itself is reported and started again', async () => {
  const { starts, service } = fakeService();
  const lines: string[] = [];
  const supervised = await supervise(service, { ...quiet, log: (line) => lines.push(line) });
  starts[0]!.end('SIGKILL');
  await settled();
  expect(starts).toHaveLength(2);
  expect(lines).toEqual(['Fake ended unexpectedly (SIGKILL). Starting it again; see fake.log']);
  await supervised.stop();
  expect(starts[1]!.stopped).toBe(true);
});

test('one that keeps ending is given up, with an error that names it', async () => {
  const { starts, service } = fakeService();
  const failed = Promise.withResolvers<Error>();
  const supervised = await supervise(service, { log: () => starts.at(-1)!.end('again'), failed: failed.resolve });
  const ending = setInterval(() => starts.at(-1)!.end('exit code 1'), 10);
  expect(await failed.promise).toMatchObject({ code: 'service_ended', message: expect.stringContaining('Fake') });
  clearInterval(ending);
  await supervised.stop();
});

test('asked to restart, it is started again, which is no fault', async () => {
  const { starts, service } = fakeService();
  const lines: string[] = [];
  const supervised = await supervise(service, { ...quiet, log: (line) => lines.push(line) });
  supervised.restart();
  await settled();
  expect([starts.length, lines]).toEqual([2, ['Fake starts anew']]);
  await supervised.stop();
});

test('asked to restart with sources that do not run, it waits for the next time', async () => {
  const { starts, service } = fakeService();
  const lines: string[] = [];
  let broken = false;
  const start = () => (broken ? Promise.reject(new Error('a typing error')) : service.start());
  const supervised = await supervise({ ...service, start }, { ...quiet, log: (line) => lines.push(line) });
  broken = true;
  supervised.restart();
  await settled();
  expect(lines).toEqual(['Fake starts anew', 'a typing error']);
  broken = false;
  supervised.restart();
  await settled();
  expect(starts).toHaveLength(2);
  await supervised.stop();
});

test('stopped, it is not started again', async () => {
  const { starts, service } = fakeService();
  const supervised = await supervise(service, quiet);
  await supervised.stop();
  await settled();
  expect(starts).toHaveLength(1);
});

test('a first start that fails is the caller’s to know', async () => {
  const start = () => Promise.reject(new Error('no such program'));
  await expect(supervise({ name: 'Fake', logFile: '', start }, quiet)).rejects.toThrow('no such program');
});
