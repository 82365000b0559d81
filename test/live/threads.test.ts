import { afterEach, expect, it } from 'vitest';
import { ThreadFault, type ThreadLimits, type Threads, threads } from '../../src/live/threads.ts';

/** A thread that answers with what the function in `body` gives for `asked`. */
const entry = (body: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort, threadId } from 'node:worker_threads';
      const answer = (asked) => { ${body} };
      parentPort.on('message', (asked) => parentPort.postMessage(answer(asked)));`)}`,
  );
let open: Threads<unknown, unknown> | undefined;
afterEach(() => open?.close());
function started<Question, Answer>(body: string, most: number, limits: ThreadLimits = {}): Threads<Question, Answer> {
  const pool = threads<Question, Answer>({ entry: entry(body), most, ...limits });
  open = pool as Threads<unknown, unknown>;
  return pool;
}

it('each question has its own answer, from no more threads than were allowed', async () => {
  const pool = started<number, { asked: number; thread: number }>('return { asked, thread: threadId };', 2);
  const answers = await Promise.all(Array.from({ length: 30 }, (_, asked) => pool.ask(asked)));
  expect(answers.map(({ asked }) => asked)).toEqual(Array.from({ length: 30 }, (_, asked) => asked));
  expect(new Set(answers.map(({ thread }) => thread)).size).toBe(2);
});

const doings = `
  if (asked === 'throw') throw new RangeError('on purpose');
  if (asked === 'exit') process.exit(3);
  if (asked === 'hang') for (;;);
  if (asked === 'eat') { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); }
  return asked;`;
it.each<[string, ThreadLimits, RegExp]>([
  ['throw', {}, /on purpose/],
  ['exit', {}, /exit code 3/],
  ['hang', { time: 500 }, /within 500 ms/],
  ['eat', { memory: 32 }, /memory/],
])(
  'after one that was asked to %s another takes its place, and the others get their answers',
  async (doing, limits, says) => {
    const pool = started<string, string>(doings, 1, limits);
    const [first, bad, last] = await Promise.allSettled(['first', doing, 'last'].map(pool.ask));
    expect(first).toEqual({ status: 'fulfilled', value: 'first' });
    expect(last).toEqual({ status: 'fulfilled', value: 'last' });
    expect(bad).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(says) } });
  },
);

it('those that wait when it is closed are told, and those that ask later', async () => {
  const pool = started<string, string>(doings, 1);
  const asked = ['hang', 'later'].map(pool.ask);
  const settled = Promise.allSettled(asked);
  await pool.close();
  const reasons = [...(await settled), ...(await Promise.allSettled([pool.ask('after')]))].map((one) =>
    one.status === 'rejected' && one.reason instanceof ThreadFault ? one.reason.kind : one,
  );
  expect(reasons).toEqual(['closed', 'closed', 'closed']);
});
