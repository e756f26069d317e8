import { z } from 'zod/mini';

const configSchema = z.object({
  supabaseUrl: z.string(),
  publishableKey: z.string(),
  /** What a browser subscribes to push with; a project without it sends none. */
  vapidPublicKey: z.optional(z.string()),
  /** People that anyone at this machine may sign in as; only a development stack has them. */
  demo: z._default(z.array(z.object({ email: z.string(), password: z.string(), name: z.string() })), [])
});

export type Config = z.infer<typeof configSchema>;

/** The address of the backend is not known: neither the server nor this browser's memory has told it. */
export class NoConfig extends Error {
  override name = 'NoConfig';
}

const REMEMBERED = 'parley.config';

/** Reads /config.json once per page. Without a network, what was read last time is used, so that the app starts offline. */
export async function loadConfig(
  fetcher: typeof fetch = fetch,
  memory: Pick<Storage, 'getItem' | 'setItem'> = localStorage
): Promise<Config> {
  try {
    const response = await fetcher('/config.json');
    if (!response.ok) throw new NoConfig(`/config.json answered ${response.status}`);
    const config = configSchema.parse(await response.json());
    if (!URL.canParse(config.supabaseUrl) || !config.publishableKey) throw new NoConfig('/config.json names no backend');
    memory.setItem(REMEMBERED, JSON.stringify(config));
    return config;
  } catch (cause) {
    const remembered = memory.getItem(REMEMBERED);
    if (remembered) return configSchema.parse(JSON.parse(remembered));
    throw new NoConfig('Parley does not know where its backend is: /config.json cannot be read.', { cause });
  }
}
