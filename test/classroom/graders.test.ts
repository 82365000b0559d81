import { afterEach, describe, expect, it } from 'vitest';
import { type Graders, graders } from '../../src/classroom/graders.ts';
import { grade } from '../../src/classroom/grading.ts';
import { moveOf } from '../../src/game/attempt.ts';
import type { Level } from '../../src/game/level.ts';
import { wellPlayed } from '../../src/game/play.ts';
import { scenarios } from '../../src/scenarios/index.ts';
import { levelNamed, levels } from '../ui/game.ts';

const movesOf = (level: Level, seed: string) => wellPlayed({ level, seed }, scenarios).map(moveOf);

const built = new URL('../../dist/grader.mjs', import.meta.url);
const running = (body: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads'; parentPort.on('message', (graded) => { ${body} });`)}`,
  );
let open: Graders | undefined;
afterEach(() => open?.close());
const started = (...setup: Parameters<typeof graders>): Graders => {
  open = graders(...setup);
  return open;
};

describe('graders', () => {
  it('come to the same in their threads as here', async () => {
    const { grade: ask } = started(built, 2);
    const some = levels.filter(({ proof }) => proof !== 'live').slice(0, 6);
    const graded = some.map((level) => ({ level, seed: '7', moves: movesOf(level, '7') }));
    const grades = await Promise.all(graded.map(ask));
    expect(grades).toEqual(graded.map((one) => grade(one, scenarios)));
    expect(grades.every(({ points }) => points === 100)).toBe(true);
  });
  it('play levels themselves before they are asked, each once in each thread; one that cannot be played hinders nothing', async () => {
    const played = new Int32Array(new SharedArrayBuffer(4));
    const body = `Atomics.add(new Int32Array(graded.level.count), 0, 'moves' in graded ? 100 : 1);
      if (graded.level.dies) process.exit(1); parentPort.postMessage({ points: 7, stars: 1, slips: [] });`;
    const { rehearse, grade: ask } = started(running(body), 2);
    const [one, dying] = [{ count: played.buffer }, { count: played.buffer, dies: true }] as unknown as Level[];
    if (!one || !dying) throw new Error('no levels');
    await rehearse([dying, one]);
    await rehearse([one]);
    expect(played[0]).toBe(4);
    expect(await ask({ ...nothing, level: one })).toMatchObject({ points: 7 });
    expect(played[0]).toBe(104);
  });
  it('play a level to its end in a thread as it is built', async () => {
    const { rehearse, grade: ask } = started(built, 1);
    const level = levelNamed('first-contact');
    await rehearse([{ ...level, scenario: 'nowhere' }, level]);
    expect(await ask({ level, seed: '1', moves: movesOf(level, '1') })).toMatchObject({ points: 100 });
  });
  it('say what is impossible as a fault of the attempt', async () => {
    const { grade: ask } = started(built, 1);
    const level = levelNamed('first-contact');
    expect(await ask({ level, seed: '1', moves: [{ move: 'rewind' }] })).toMatchObject({
      points: 0,
      fault: expect.stringMatching(/^Move 1/),
    });
  });

  const nothing = { level: levelNamed('first-contact'), seed: '1', moves: [] };
  const couldNot = { points: 0, stars: 0, slips: [], fault: expect.stringMatching(/could not grade/) };
  it.each<[string, string, number | undefined]>([
    ['dies', 'process.exit(1);', undefined],
    ['never ends', 'for (;;);', 200],
    ['fails', 'throw new TypeError("on purpose");', undefined],
  ])(
    'say that it is theirs, and let the attempt count for nothing, where the thread %s twice',
    async (_does, body, time) => {
      const { grade: ask } = started(running(body), 1, time === undefined ? {} : { time });
      expect(await ask(nothing)).toEqual(couldNot);
    },
  );
  it('try once more where a thread died', async () => {
    const once = new SharedArrayBuffer(4);
    const body =
      'if (Atomics.add(new Int32Array(graded.once), 0, 1) === 0) process.exit(1); parentPort.postMessage({ points: 7, stars: 1, slips: [] });';
    const { grade: ask } = started(running(body), 1);
    expect(await ask({ ...nothing, once } as typeof nothing)).toEqual({ points: 7, stars: 1, slips: [] });
    expect(new Int32Array(once)[0]).toBe(2);
  });
  it('refuse what is still waiting when they are closed: it is not the attempt that failed', async () => {
    const pool = started(running('for (;;);'), 1);
    const asked = pool.grade(nothing);
    const failed = expect(asked).rejects.toMatchObject({ kind: 'closed' });
    await pool.close();
    await failed;
  });
});
