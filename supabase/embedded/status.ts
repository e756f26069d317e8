/** What a person needs to know about a running stack, in the manner of `supabase status`. */
import pc from 'picocolors';
import type { StackAddresses } from './addresses.ts';
import type { DemoPerson } from './demo.ts';

export function statusText(stack: StackAddresses, people: DemoPerson[], startMs?: number): string {
  const lines = [
    '',
    `${pc.green('●')} ${pc.bold('Parley is running')}${startMs === undefined ? '' : pc.dim(`  (started in ${Math.round(startMs)} ms)`)}`,
    '',
    ...(stack.webUrl ? [row('Web app', pc.bold(pc.cyan(stack.webUrl)))] : []),
    row('API', pc.cyan(stack.apiUrl)),
    row('Mails', pc.cyan(stack.mailUrl)),
    row('Database', stack.dbUrl),
    '',
    row('Publishable key', stack.publishableKey),
    row('Secret key', stack.secretKey),
    ''
  ];
  if (people.length > 0) {
    lines.push(row('Sign in as', people.map(({ email }) => email).join(', ')), row('with password', people[0]!.password), '');
  }
  if (startMs !== undefined) lines.push(pc.dim('  Ctrl-C stops it. The data stays; `npm run reset` makes it anew.'), '');
  return lines.join('\n');
}

/** As `supabase status -o env` writes it. */
export function statusEnv(stack: StackAddresses): string {
  const names = {
    API_URL: stack.apiUrl,
    DB_URL: stack.dbUrl,
    MAILPIT_URL: stack.mailUrl,
    PUBLISHABLE_KEY: stack.publishableKey,
    SECRET_KEY: stack.secretKey,
    JWT_SECRET: stack.jwtSecret
  };
  return Object.entries(names)
    .map(([name, value]) => `${name}="${value}"`)
    .join('\n');
}

function row(label: string, value: string): string {
  return `  ${label.padEnd(16)} ${value}`;
}
