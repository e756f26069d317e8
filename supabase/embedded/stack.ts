/** Starts the whole stack, every service in its order and side by side where they do not need each other, and stops it again. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { StackAddresses } from './addresses.ts';
import { auth } from './auth/plugin.ts';
import { loadConfig, type StackConfig } from './config.ts';
import { type DemoPerson, demoPeople } from './demo.ts';
import { StackError } from './errors.ts';
import { hangDoorbell } from './functions/doorbell.ts';
import { functionEnvironment, mailEnvironment } from './functions/environment.ts';
import { startFunctions } from './functions/runtime.ts';
import { startGateway } from './gateway/server.ts';
import { type Home, openHome } from './home.ts';
import { startJobs } from './jobs/worker.ts';
import { loadKeys } from './keys.ts';
import { startMail } from './mail/mail.ts';
import { migrateDatabase } from './migrations/apply.ts';
import { exposeNewTables } from './migrations/auto-expose.ts';
import { DEFAULT_HOME, PROJECT } from './paths.ts';
import { checkPorts, explainTaken, freePort, type Ports, portsOf } from './ports.ts';
import { type Database, startDatabase } from './postgres/database.ts';
import { Services } from './process/services.ts';
import { watchFolder } from './process/watch.ts';
import { REALTIME, realtimeService, restService, type StackContext, viteService } from './services.ts';
import { storage } from './storage/plugin.ts';
import { together } from './together.ts';
import { loadVapidKeys, vapidEnvironment } from './vapid.ts';
import { buildWeb } from './web/build.ts';
import { startWeb } from './web/server.ts';

export interface StackOptions {
  /** Folder of the stack's state. Default: `.parley` in the checkout. */
  home?: string;
  /** Folder with migrations, seed and functions, as the Supabase CLI's. Default: `supabase` in the checkout. */
  project?: string;
  /** Default: what supabase/config.toml says. */
  config?: StackConfig;
  /** Ports other than those of the config; freePorts() has some. */
  ports?: Partial<Ports>;
  /** Serve the web app: as built, or from its sources with hot reload. Default: not at all. */
  web?: 'built' | 'dev';
  /** Fill a new database from the seed. Default: what the config says. */
  seed?: boolean;
  /** Told what happens, a line at a time. */
  log?: (line: string) => void;
}

export interface Stack extends StackAddresses {
  ports: Ports;
  /** People of the seed, for trying things out. */
  demo: DemoPerson[];
  /** Resolves when the stack cannot go on; it still has to be stopped. */
  failed: Promise<Error>;
  stop(): Promise<void>;
}

/** @throws {StackError} after whatever had been started was stopped again */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const services = new Services(options.log ?? (() => undefined));
  const ports: Partial<Ports> = {};
  try {
    return await startServices(services, options, ports);
  } catch (error) {
    await services.stop();
    throw explained(error, options, ports);
  }
}

/** A full disk can show anywhere, and a port can be taken after it was found free. */
function explained(error: unknown, { home = DEFAULT_HOME }: StackOptions, ports: Partial<Ports>): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') return explainTaken(error, ports);
  return new StackError('disk_full', { path: (error as NodeJS.ErrnoException).path ?? home }, { cause: error });
}

/** `taken` is filled with the ports that the stack uses. */
async function startServices(services: Services, options: StackOptions, taken: Partial<Ports>): Promise<Stack> {
  const { home: directory = DEFAULT_HOME, web, log = () => undefined } = options;
  const config = options.config ?? (await loadConfig());
  const ports = { ...portsOf(config), ...options.ports };
  Object.assign(taken, ports);
  const inner = { rest: await freePort(), realtime: await freePort(), functions: await freePort() };
  const apiUrl = address(ports.api);
  const webUrl = web ? address(ports.web) : '';

  const home = await openHome(directory, apiUrl);
  services.defer(() => home.release());
  const { web: _, ...portsWithoutWeb } = ports;
  await checkPorts(web ? ports : portsWithoutWeb);
  const keys = await loadKeys(home.directory, config.project_id);
  const vapid = await loadVapidKeys(home.directory, options.project ?? PROJECT);

  const building = new AbortController();
  services.defer(() => building.abort());
  const built = web === 'built' ? buildWeb({ logFile: home.log('web-build'), log, signal: building.signal }) : Promise.resolve();
  // Its failure is met further down; until then it must not count as unhandled.
  built.catch(() => undefined);
  const databaseReady = prepareDatabase(services, home, ports, config, options);
  const mail = services.hold(startMail({ smtpPort: ports.smtp, webPort: ports.mail }));
  await together([databaseReady, mail], () => building.abort());
  const database = await databaseReady;
  await hangDoorbell(database.url(), `${apiUrl}/functions/v1`);
  const demo = await demoPeople(database.url());
  const context: StackContext = { config: withSite(config, ports.web), home, keys, database, apiUrl };
  const webConfig = { supabaseUrl: apiUrl, publishableKey: keys.publishableKey, vapidPublicKey: vapid.publicKey, demo };

  await together(
    [
      services.keep(restService(context, inner.rest)),
      startRealtime(services, context, inner.realtime, web === 'dev'),
      startEdgeFunctions(
        services,
        context,
        inner.functions,
        { ...vapidEnvironment(vapid), ...mailEnvironment(ports.smtp) },
        options
      ),
      services.hold(startJobs({ databaseUrl: database.url('supabase_admin') })),
      services.hold(
        startGateway({ port: ports.api, keys, upstreams: inner, plugins: (server) => registerPlugins(server, context, ports) })
      ),
      web === 'dev' ? services.keep(viteService(context, ports.web, webConfig)) : Promise.resolve(),
      web === 'built' ? built.then(() => services.hold(startWeb({ port: ports.web, config: webConfig }))) : Promise.resolve()
    ],
    () => building.abort()
  );

  const addresses: StackAddresses = {
    apiUrl,
    dbUrl: database.url(),
    mailUrl: address(ports.mail),
    webUrl,
    publishableKey: keys.publishableKey,
    secretKey: keys.secretKey,
    jwtSecret: keys.jwtSecret
  };
  await home.publish(addresses);
  return { ...addresses, ports, demo, failed: services.failed, stop: () => services.stop() };
}

/** Mails lead to the app where it is, when its port is not the configured one. */
function withSite(config: StackConfig, port: number): StackConfig {
  if (port === portsOf(config).web) return config;
  const site = address(port);
  return { ...config, auth: { ...config.auth, site_url: site, additional_redirect_urls: [`${site}/**`] } };
}

/** The database, up to date with the migrations. */
async function prepareDatabase(
  services: Services,
  home: Home,
  ports: Ports,
  config: StackConfig,
  { project = PROJECT, seed = config.db.seed.enabled, log = () => undefined }: StackOptions
): Promise<Database> {
  if (!existsSync(path.join(home.directory, 'db'))) log('Making the database');
  const database = await startDatabase({ home: home.directory, port: ports.db });
  await services.keep({ name: 'Postgres', logFile: home.log('postgres'), start: () => database.serve() });
  if (database.created && config.api.auto_expose_new_tables) await exposeNewTables(database.url());
  const { applied, unknown } = await migrateDatabase({
    databaseUrl: database.url(),
    project,
    migrate: config.db.migrations.enabled,
    seeds: seed ? config.db.seed.sql_paths : []
  });
  if (applied.length > 0 && !database.created)
    log(`Applied ${applied.length > 3 ? `${applied.length} migrations` : applied.join(', ')}`);
  if (unknown.length > 0)
    log(`supabase/migrations lacks what the database has: ${unknown.join(', ')}. npm run reset rebuilds it`);
  return database;
}

async function startRealtime(services: Services, context: StackContext, port: number, reload: boolean): Promise<void> {
  const realtime = await services.keep(realtimeService(context, port));
  if (reload) await services.hold(Promise.resolve(watchFolder(REALTIME, () => realtime.restart())));
}

async function startEdgeFunctions(
  services: Services,
  context: StackContext,
  port: number,
  extra: Record<string, string>,
  { project = PROJECT, web }: StackOptions
): Promise<void> {
  const { config, home, keys, database, apiUrl } = context;
  const functions = await services.hold(
    startFunctions({
      root: path.dirname(project),
      project,
      config,
      port,
      jwtSecret: keys.jwtSecret,
      env: { ...functionEnvironment({ ...keys, apiUrl, dbUrl: database.url() }), SITE_URL: config.auth.site_url, ...extra },
      cache: path.join(home.directory, 'deno'),
      logFile: home.log('functions')
    })
  );
  if (web !== 'dev') return;
  await services.hold(Promise.resolve(watchFolder(path.join(path.dirname(project), 'functions'), () => functions.reload())));
}

/** Auth and Storage, which run in the gateway's process: a request to them takes no second hop. */
function registerPlugins(server: FastifyInstance, { config, home, keys, database, apiUrl }: StackContext, ports: Ports): void {
  server.register(auth, {
    prefix: '/auth/v1',
    databaseUrl: database.url('supabase_auth_admin'),
    jwtSecret: keys.jwtSecret,
    apiUrl,
    smtp: { host: '127.0.0.1', port: ports.smtp },
    config: config.auth
  });
  server.register(storage, {
    prefix: '/storage/v1',
    databaseUrl: database.url('supabase_storage_admin'),
    jwtSecret: keys.jwtSecret,
    directory: home.storage,
    fileSizeLimit: config.storage.file_size_limit,
    buckets: config.storage.buckets
  });
}

const address = (port: number) => `http://127.0.0.1:${port}`;
