/** Starts the whole stack, every service in its order and side by side where they do not need each other, and stops it again. */
import { loadConfig, type StackConfig } from './config.ts';
import { startGateway } from './gateway/server.ts';
import { openHome } from './home.ts';
import { loadKeys } from './keys.ts';
import { migrateDatabase, type MigrateResult } from './migrations/apply.ts';
import { DEFAULT_HOME, PROJECT } from './paths.ts';
import { checkPorts, freePort, type Ports, portsOf } from './ports.ts';
import { startDatabase } from './postgres/database.ts';
import { type SupervisedService, supervise } from './process/supervise.ts';
import { startRest } from './rest/server.ts';

/** A service's module; undefined, with a word in the log, where it cannot be loaded. */
async function part(file: string, log: (line: string) => void): Promise<any> {
  try {
    return await import(new URL(file, import.meta.url).href);
  } catch (error) {
    log(`${file} is left out: ${(error as Error).message.split('\n', 1)[0]}`);
    return undefined;
  }
}

export interface StackOptions {
  /** Folder of the stack's state. */
  home?: string;
  /** What supabase/config.toml says, unless given. */
  config?: StackConfig;
  /** Ports other than those of the config. */
  ports?: Partial<Ports>;
  /** Serve the web app: as built, or from its sources with hot reload. Default: not at all. */
  web?: 'built' | 'dev';
  /** Fill a new database from the seed. Default: what the config says. */
  seed?: boolean;
  /** Told what happens, a line at a time. */
  log?: (line: string) => void;
}

export interface Stack {
  apiUrl: string;
  /** As the role `postgres`. */
  dbUrl: string;
  publishableKey: string;
  secretKey: string;
  jwtSecret: string;
  mailUrl: string;
  webUrl: string;
  ports: Ports;
  migrations: MigrateResult;
  /** Resolves when the stack cannot go on, after which only `stop` makes sense. */
  failed: Promise<Error>;
  stop(): Promise<void>;
}

/** @throws {StackError} with everything that had been started stopped again */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { home: directory = DEFAULT_HOME, log = () => undefined } = options;
  const config = options.config ?? (await loadConfig());
  const ports = { ...portsOf(config), ...options.ports };
  const address = (port: number) => `http://127.0.0.1:${port}`;
  const failure = Promise.withResolvers<Error>();
  await using started = new AsyncDisposableStack();

  const home = await openHome(directory, address(ports.api));
  started.defer(() => home.release());
  await checkPorts(options.web ? ports : { api: ports.api, db: ports.db, mail: ports.mail, smtp: ports.smtp });
  const keys = await loadKeys(home.directory, config.project_id);

  const keep = async (service: SupervisedService) => {
    const { stop } = await supervise(service, { log, failed: failure.resolve });
    started.defer(stop);
  };

  const database = await startDatabase({ home: home.directory, port: ports.db });
  started.defer(() => database.stop());
  const migrations = await migrateDatabase({
    databaseUrl: database.url(),
    project: PROJECT,
    migrate: config.db.migrations.enabled,
    seeds: (options.seed ?? config.db.seed.enabled) ? config.db.seed.sql_paths : []
  });

  const rest = await freePort();
  await keep({
    name: 'PostgREST',
    logFile: home.log('postgrest'),
    start: () =>
      startRest({
        databaseUrl: database.url('authenticator'),
        jwtSecret: keys.jwtSecret,
        port: rest,
        config: config.api,
        publicUrl: address(ports.api),
        logFile: home.log('postgrest')
      })
  });
  const jobs = await (await part('./jobs/worker.ts', log))?.startJobs({ databaseUrl: database.url('supabase_admin') });
  if (jobs) started.defer(() => jobs.stop());
  const mail = await (await part('./mail/server.ts', log))?.startMail({ smtpPort: ports.smtp, webPort: ports.mail });
  if (mail) started.defer(() => mail.stop());
  const authModule = await part('./auth/plugin.ts', log);

  const gateway = await startGateway({
    port: ports.api,
    keys,
    upstreams: { rest },
    plugins: (server) => {
      if (authModule) server.register(authModule.auth, {
        prefix: '/auth/v1',
        databaseUrl: database.url('supabase_auth_admin'),
        jwtSecret: keys.jwtSecret,
        apiUrl: address(ports.api),
        smtp: { host: '127.0.0.1', port: ports.smtp },
        config: config.auth
      });
    }
  });
  started.defer(() => gateway.stop());

  const running = started.move();
  return {
    apiUrl: gateway.url,
    dbUrl: database.url(),
    publishableKey: keys.publishableKey,
    secretKey: keys.secretKey,
    jwtSecret: keys.jwtSecret,
    mailUrl: address(ports.mail),
    webUrl: address(ports.web),
    ports,
    migrations,
    failed: failure.promise,
    stop: () => running.disposeAsync()
  };
}
