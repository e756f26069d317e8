/**
 * Gives a bot, for its key (header x-bot-key), a token that lasts an hour and is good for the whole API, live events included.
 * Answers {bot_id, access_token, token_type, expires_in}.
 */
import { passOn, rpcAnswer } from '../shared/pass-on.ts';
import { projectFromEnvironment } from '../shared/project.ts';
import { signIn } from './sign-in.ts';

const project = projectFromEnvironment((name) => Deno.env.get(name));

Deno.serve(async (request) => {
  if (request.method !== 'POST') {
    return Response.json({ code: 'method_not_allowed', message: 'Ask with POST' }, { status: 405, headers: { allow: 'POST' } });
  }
  const answer = await rpcAnswer(project, 'bot_of_key', { key: request.headers.get('x-bot-key') ?? '' });
  if (!answer.ok) return passOn(answer);
  const [bot] = (await answer.json()) as [{ id: string; email: string }];
  const session = await signIn(project, bot.email);
  return Response.json({ bot_id: bot.id, ...session }, { headers: { 'cache-control': 'no-store' } });
});
