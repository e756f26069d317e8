/** Ports that something else listens on, whenever it began to. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { startMail } from '../../supabase/embedded/mail/mail.ts';
import { checkPorts, explainTaken, freePort, freePorts } from '../../supabase/embedded/ports.ts';
import { startStack } from '../../supabase/embedded/stack.ts';

let server: Server | undefined;

afterEach(() => server?.close());

async function occupy(port: number): Promise<number> {
  server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return port;
}

test('a port that is taken is named with its service and where to change it', async () => {
  const port = await occupy(await freePort());
  await expect(checkPorts({ mail: port })).rejects.toMatchObject({
    code: 'port_in_use',
    message: `Port ${port} (mail page) is already in use. Stop what uses it, or change local_smtp.port in supabase/config.toml.`
  });
});

test('so is one that was taken after it had been looked at', async () => {
  const [smtp, mail] = [await freePort(), await freePort()];
  await checkPorts({ smtp, mail });
  await occupy(smtp);
  const error: unknown = await startMail({ smtpPort: smtp, webPort: mail }).catch((taken: unknown) => taken);
  expect(explainTaken(error, { smtp, mail })).toMatchObject({ code: 'port_in_use', cause: { code: 'EADDRINUSE' } });
  expect(explainTaken(error, { mail })).toBe(error);
  const other = new Error('something else');
  expect(explainTaken(other, { smtp, mail })).toBe(other);
});

test('a stack that meets one on its way stops and says so', async () => {
  const home = await mkdtemp(path.join(tmpdir(), 'parley-ports-'));
  const ports = await freePorts();
  // Both are free when they are looked at; the second to listen finds the port taken.
  await expect(startStack({ home, ports: { ...ports, mail: ports.smtp } })).rejects.toMatchObject({ code: 'port_in_use' });
  await rm(home, { recursive: true, force: true });
}, 60_000);
