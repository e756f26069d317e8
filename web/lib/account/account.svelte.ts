import type { Session, SupabaseClient } from '@supabase/supabase-js';
import { type Identity, rememberIdentity, rememberedIdentity } from './identity.ts';
import { SESSION_KEY, type SessionStorage } from './session-storage.ts';

export type SignUp = { name: string; handle: string; email: string; password: string };

/**
 * Who is signed in here, and how that changes.
 *
 * It starts from the remembered identity at once, so that the app opens without a network. Auth catches up behind it; only a
 * sign-out that Auth reports ends it, never a session that could not be refreshed for want of a network.
 */
export class Account {
  #identity = $state.raw<Identity | null>(null);
  /** True after the link of a recovery mail was opened, until a new password is set. */
  recovering = $state(false);
  /** Fulfilled when Auth has looked at the stored session and at the address bar. */
  readonly settled: Promise<void>;
  readonly #client: SupabaseClient;
  readonly #storage: SessionStorage;
  readonly #stop: () => void;

  /** `storage`: where the client keeps its session. */
  constructor(client: SupabaseClient, storage: SessionStorage) {
    this.#client = client;
    this.#storage = storage;
    this.#identity = rememberedIdentity();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.settled = promise;
    const { data } = client.auth.onAuthStateChange((event, session) => {
      if (event === 'PASSWORD_RECOVERY') this.recovering = true;
      if (session) this.#adopt(session);
      else if (event === 'SIGNED_OUT') this.#forget();
      if (event === 'INITIAL_SESSION') void this.#look(session).then(resolve);
    });
    this.#stop = () => data.subscription.unsubscribe();
  }

  get identity(): Identity | null {
    return this.#identity;
  }

  async signIn(email: string, password: string): Promise<void> {
    const { data, error } = await this.#client.auth.signInWithPassword({ email, password });
    if (error) throw error;
    this.#adopt(data.session);
  }

  /** Resolves to 'in', or to 'confirm' when a mail must be answered first. */
  async signUp({ name, handle, email, password }: SignUp): Promise<'in' | 'confirm'> {
    const { data, error } = await this.#client.auth.signUp({
      email,
      password,
      options: { data: { display_name: name, handle }, emailRedirectTo: address('/chats') }
    });
    if (error) throw error;
    if (!data.session) return 'confirm';
    this.#adopt(data.session);
    return 'in';
  }

  /** Sends a mail with a link that signs in, and a code for those who read their mail elsewhere. */
  async sendLink(email: string): Promise<void> {
    const { error } = await this.#client.auth.signInWithOtp({
      email,
      options: { shouldCreateUser: false, emailRedirectTo: address('/chats') }
    });
    if (error) throw error;
  }

  /** Sends a mail with a link to set a new password, and a code. */
  async recover(email: string): Promise<void> {
    const { error } = await this.#client.auth.resetPasswordForEmail(email, { redirectTo: address('/new-password') });
    if (error) throw error;
  }

  /** Signs in with the code of a mail. */
  async useCode(email: string, token: string, type: 'email' | 'recovery' | 'signup'): Promise<void> {
    const { data, error } = await this.#client.auth.verifyOtp({ email, token, type });
    if (error) throw error;
    if (data.session) this.#adopt(data.session);
    if (type === 'recovery') this.recovering = true;
  }

  async setPassword(password: string): Promise<void> {
    const { error } = await this.#client.auth.updateUser({ password });
    if (error) throw error;
    this.recovering = false;
  }

  /** Signs out on this device. Works offline too: what is stored here goes, whether or not the server hears of it. */
  async signOut(): Promise<void> {
    await this.#client.auth.signOut({ scope: 'local' });
    this.#forget();
  }

  stop(): void {
    this.#stop();
  }

  #adopt(session: Session): void {
    const { id, email = '' } = session.user;
    if (this.#identity?.id === id && this.#identity.email === email) return;
    this.#identity = { id, email };
    rememberIdentity(this.#identity);
  }

  #forget(): void {
    this.#identity = null;
    rememberIdentity(null);
  }

  /** One that is still stored counts as signed in: it has expired, and could not be refreshed offline. */
  async #look(session: Session | null): Promise<void> {
    if (session) return;
    const remembered = this.#identity;
    const stored = await this.#storage.getItem(SESSION_KEY).catch(() => null);
    // Somebody may have signed in meanwhile.
    if (stored === null && this.#identity === remembered) this.#forget();
  }
}

const address = (path: string) => new URL(path, location.origin).href;
