/** What people do, chosen by chance. A step is numbers; what they mean depends on what is there when its turn comes. */
import fc from 'fast-check';

export interface Step {
  call: CallName;
  who: number;
  where: number;
  /** Which message. */
  at: number;
  /** Another person, conversation, emoji or option. */
  other: number;
  id: string;
  /** The same call is made a second time. */
  again: boolean;
}

/** What a step may refer to. */
export interface Scene {
  people: { id: string; handle: string }[];
  conversations: Place[];
}

export interface Place {
  id: string;
  /** Members of now, highest role first. */
  members: string[];
  messages: { seq: number; sender: string; kind: string; thread: number | null }[];
}

export interface Call {
  /** Who makes it. */
  by: string;
  text: string;
  values: unknown[];
}

type Statement = [text: string, values: unknown[]];

const EMOJI = ['👍', '❤️', '❤', '🎉', '😮'];

function saying(scene: Scene, { other, at }: Step): string {
  const { handle } = scene.people[other % scene.people.length]!;
  return [`message ${at}`, `@${handle}, look`, '@channel!', '@here?', `\`@${handle}\` in code`, `again ${other}`][
    (at + other) % 6
  ]!;
}

const conversation = (scene: Scene, { where }: Step) => scene.conversations[where % scene.conversations.length]!;
/** One in ten is anybody, who may be nobody there; the others are members, and for what takes a role often its owner. */
function actor(scene: Scene, step: Step): string {
  const { members } = conversation(scene, step);
  if (step.who % 10 === 0 || members.length === 0) return scene.people[step.other % scene.people.length]!.id;
  const isPrivileged = ['add', 'remove', 'setRole', 'rename'].includes(step.call);
  return members[isPrivileged && step.who % 3 > 0 ? 0 : step.who % members.length]!;
}

/** A message for which a call makes sense; one in ten is any number, of one that is there or not. */
function seq(scene: Scene, step: Step): number {
  const { messages } = conversation(scene, step);
  const by = actor(scene, step);
  const fitting = messages.filter(({ kind, sender, thread }) => {
    if (step.call === 'vote' || step.call === 'closePoll') return kind === 'poll';
    if (step.call === 'answerInThread') return kind !== 'system' && thread === null;
    if (step.call === 'delete' && step.other % 3 === 0) return kind === 'poll' && sender === by;
    if (step.call === 'edit' || step.call === 'delete') return kind !== 'system' && sender === by;
    return kind !== 'system';
  });
  if (step.at % 10 === 0 || fitting.length === 0) return (step.at % (messages.length + 1)) + 1;
  // Few of them again and again, so that much happens to the same message.
  return fitting[(step.at % 7) % fitting.length]!.seq;
}
const on = (name: string, ...more: string[]) =>
  `select public.${name}(${['$1', '$2', ...more.map((_, n) => `$${n + 3}`)].join(', ')})`;

const CALLS = {
  send: (scene, step) => ['select public.send_message($1, $2, $3)', [conversation(scene, step).id, step.id, saying(scene, step)]],
  reply: (scene, step) => [
    'select public.send_message($1, $2, $3, $4)',
    [conversation(scene, step).id, step.id, saying(scene, step), seq(scene, step)]
  ],
  answerInThread: (scene, step) => [
    'select public.send_message($1, $2, $3, null, $4)',
    [conversation(scene, step).id, step.id, saying(scene, step), seq(scene, step)]
  ],
  addReaction: (scene, step) => [
    on('add_reaction', 'emoji'),
    [conversation(scene, step).id, seq(scene, step), EMOJI[step.other % EMOJI.length]]
  ],
  removeReaction: (scene, step) => [
    on('remove_reaction', 'emoji'),
    [conversation(scene, step).id, seq(scene, step), EMOJI[step.other % EMOJI.length]]
  ],
  edit: (scene, step) => [
    on('edit_message', 'content'),
    [conversation(scene, step).id, seq(scene, step), saying(scene, { ...step, at: step.at + 1 })]
  ],
  delete: (scene, step) => [on('delete_message'), [conversation(scene, step).id, seq(scene, step)]],
  pin: (scene, step) => [on('pin_message'), [conversation(scene, step).id, seq(scene, step)]],
  unpin: (scene, step) => [on('unpin_message'), [conversation(scene, step).id, seq(scene, step)]],
  ask: (scene, step) => [
    `select public.create_poll($1, $2, 'Cake?', '{a,b,c}', $3, $4)`,
    [conversation(scene, step).id, step.id, step.other % 2 === 0, step.other % 3 === 0]
  ],
  vote: (scene, step) => [
    on('vote', 'options'),
    [conversation(scene, step).id, seq(scene, step), [[0], [1], [2], [0, 2], []][step.other % 5]]
  ],
  closePoll: (scene, step) => [on('close_poll'), [conversation(scene, step).id, seq(scene, step)]],
  forward: (scene, step) => [
    'select * from public.forward_message($1, $2, $3, $4)',
    [
      conversation(scene, step).id,
      seq(scene, step),
      // Sometimes to where its sender is not.
      [0, 1].map((n) => scene.conversations[(step.other + n) % scene.conversations.length]!.id),
      step.id
    ]
  ],
  read: (scene, step) => ['select public.mark_read($1)', [JSON.stringify({ [conversation(scene, step).id]: seq(scene, step) })]],
  receive: (scene, step) => [
    'select public.mark_delivered($1)',
    [JSON.stringify({ [conversation(scene, step).id]: seq(scene, step) })]
  ],
  rename: (scene, step) => ['select public.rename_conversation($1, $2)', [conversation(scene, step).id, `title ${step.other}`]],
  add: (scene, step) => [
    'select public.add_members($1, $2)',
    [conversation(scene, step).id, [0, 1].map((n) => scene.people[(step.other + n) % scene.people.length]!.id)]
  ],
  remove: (scene, step) => [
    'select public.remove_member($1, $2)',
    [conversation(scene, step).id, scene.people[step.other % scene.people.length]!.id]
  ],
  block: (scene, step) => ['select public.block_user($1)', [scene.people[step.at % scene.people.length]!.id]],
  unblock: (scene, step) => ['select public.unblock_user($1)', [scene.people[step.at % scene.people.length]!.id]],
  setRole: (scene, step) => [
    'select public.set_member_role($1, $2, $3)',
    [
      conversation(scene, step).id,
      scene.people[step.other % scene.people.length]!.id,
      ['admin', 'member', 'guest', 'owner'][step.at % 4]
    ]
  ]
} satisfies Record<string, (scene: Scene, step: Step) => Statement>;

export type CallName = keyof typeof CALLS;
export const CALL_NAMES = Object.keys(CALLS) as CallName[];

const WEIGHTS: Partial<Record<CallName, number>> = {
  send: 8,
  answerInThread: 4,
  addReaction: 6,
  vote: 6,
  edit: 4,
  ask: 3,
  delete: 3,
  remove: 1,
  block: 1,
  unblock: 1,
  setRole: 1
};

export const steps = (count: number): fc.Arbitrary<Step[]> =>
  fc.array(
    // Spread evenly: numbers near the bounds would all mean the same few messages.
    fc.noBias(
      fc.record({
        call: fc.oneof(...CALL_NAMES.map((name) => ({ weight: WEIGHTS[name] ?? 2, arbitrary: fc.constant(name) }))),
        who: fc.nat(99),
        where: fc.nat(99),
        at: fc.nat(999),
        other: fc.nat(99),
        id: fc.uuid({ version: 7 }),
        again: fc.boolean()
      })
    ),
    { minLength: count, maxLength: count }
  );

/** The call that a step is, here and now. */
export function callOf(scene: Scene, step: Step): Call {
  const [text, values] = CALLS[step.call](scene, step);
  return { by: actor(scene, step), text, values };
}
