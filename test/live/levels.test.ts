// The levels with a real program on the other side: every choice of every step, against that program and against what stands
// in where it is not installed. What a verdict says is what the program then does.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Answer } from '../../src/game/attempt.ts';
import { contradiction } from '../../src/game/judge.ts';
import type { Level, Step, World } from '../../src/game/level.ts';
import type { Snapshot } from '../../src/game/play.ts';
import { byReference, type Taken } from '../../src/game/simulate.ts';
import { type RealPlay, realPlay } from '../../src/live/realPlay.ts';
import { scenarios } from '../../src/scenarios/index.ts';
import { rightAnswers } from '../journeys/answers.ts';
import { levelFiles, loadShipped } from '../shipped.ts';
import { folder, missing } from '../tls/peers.ts';
import { quest } from './world.ts';

const levels = levelFiles
  .map((file) => loadShipped(file))
  .flatMap((loaded) => ('level' in loaded && loaded.level.proof === 'live' ? [loaded.level] : []));

it('there are some, for either side', () => {
  expect(levels.map(({ acts }) => acts[0]?.role).sort()).toEqual(['client', 'server']);
});

let real: RealPlay | undefined;
afterEach(() => {
  real?.close();
  real = undefined;
});
const playing = (): RealPlay => (real ??= realPlay(scenarios));
async function played(level: Level, seed: string, answers: readonly Answer[]): Promise<Snapshot> {
  const came = await playing().play({ level, seed, answers });
  if (!came.ok) throw new Error(came.says);
  return came.snapshot;
}

/** With no program to be found, Node.js plays. */
async function withoutPrograms<T>(deed: () => Promise<T>): Promise<T> {
  const { PATH } = process.env;
  process.env.PATH = '/nowhere';
  try {
    return await deed();
  } finally {
    process.env.PATH = PATH;
  }
}

/** Answers each step with the reference, and at every one tries all the others as well. */
async function everyChoice(
  level: Level,
  seed: string,
): Promise<{ readonly judged: number; readonly versions: Set<string> }> {
  const [act] = level.acts;
  if (!act) throw new Error('no act');
  const versions = new Set<string>();
  let judged = 0;
  const judge = async (path: readonly Answer[], step: Step, choice: Step['choices'][number]) => {
    const snapshot = await played(level, seed, [...path, { step: step.id, choice: choice.id }]);
    const seen = snapshot.acts.at(-1);
    if (!seen) throw new Error('nothing was seen');
    versions.add(seen.words.version ?? '');
    const where = `${level.id}, ${step.id}: ${choice.id}`;
    judged++;
    if (choice.verdict === 'safe') {
      expect(snapshot.slip, where).toBeUndefined();
      return;
    }
    expect(snapshot.slip?.choice, where).toBe(choice.id);
    // Whoever hangs up says why, and that is heard. As a client Node.js just leaves.
    if ('misses' in choice.verdict && seen.words.program !== 'Node.js')
      expect(
        seen.events.some(({ what }) => what === 'alert'),
        where,
      ).toBe(true);
    const says = contradiction(
      { outcome: choice } as unknown as Taken,
      [{ world: seen.world as World, met: seen.met, facts: seen.facts }],
      () => seen.met,
    );
    expect(says, where).toBeUndefined();
  };
  const path: Answer[] = [];
  for (const step of act.steps) {
    for (const choice of step.choices) {
      await judge(path, step, choice);
      // A safe one is played on to the end as well.
      if (choice.verdict !== 'safe') continue;
      const on: Answer[] = [...path, { step: step.id, choice: choice.id }];
      for (const later of act.steps.slice(act.steps.indexOf(step) + 1)) on.push(byReference(later));
      expect((await played(level, seed, on)).outcome, `${level.id}, ${step.id}: ${choice.id}`).toBe('met');
    }
    path.push(byReference(step));
  }
  return { judged, versions };
}

describe.each(levels)('$id', (level) => {
  const choices = level.acts
    .flatMap(({ steps }) => steps.map((step) => step.choices.length))
    .reduce((a, b) => a + b, 0);
  const program = level.acts[0]?.role === 'client' ? 'openssl' : 'curl';

  it.skipIf(missing(program)).each(['1', '2'])(`does with ${program} what it says, seed %s`, async (seed) => {
    const { judged, versions } = await everyChoice(level, seed);
    expect(judged).toBe(choices);
    expect([...versions].join()).toMatch(/^(?:OpenSSL|curl) [1-9]\d*\.[\d.a-z]+$/);
  });
  it.each(['1', '2'])('does with Node.js what it says, seed %s', async (seed) => {
    const { judged, versions } = await withoutPrograms(() => everyChoice(level, seed));
    expect(judged).toBe(choices);
    expect([...versions].join()).toMatch(/Node\.js/);
  });
});

/** Programs of that name in front of all others: shell scripts, of which `real` is the program itself. */
async function withPrograms<T>(scripts: Readonly<Record<string, string>>, deed: () => Promise<T>): Promise<T> {
  const { PATH = '' } = process.env;
  const path = mkdtempSync(join(files.path, 'bin-'));
  for (const [name, script] of Object.entries(scripts)) {
    const real = spawnSync('which', [name]).stdout.toString().trim();
    writeFileSync(join(path, name), `#!/bin/sh\n${script.replaceAll('real', real)}\n`, { mode: 0o755 });
  }
  process.env.PATH = `${path}:${PATH}`;
  try {
    return await deed();
  } finally {
    process.env.PATH = PATH;
  }
}
const files = folder();
const [asClient, asServer] = ['client', 'server'].map(
  (role) => levels.find(({ acts }) => acts[0]?.role === role) as Level,
) as [Level, Level];
const right = (level: Level): Answer[] => (level.acts[0]?.steps ?? []).map(byReference);

describe('a program', () => {
  it.skipIf(missing('openssl'))('that does not start is said in a sentence, and may start the next time', async () => {
    const run = { level: asClient, seed: '1', answers: right(asClient) };
    const came = await withPrograms(
      { openssl: 'test "$1" = version && exec real version; echo cannot >&2; exit 1' },
      () => playing().play(run),
    );
    expect(came).toEqual({ ok: false, says: 'openssl s_server does not start: cannot.' });
    expect(await playing().play(run)).toMatchObject({ ok: true, snapshot: { outcome: 'met' } });
  });
  it.skipIf(missing('curl'))('that does not call is said in a sentence', async () => {
    const came = await withPrograms({ curl: 'test "$1" = --version && exec real --version; echo no >&2; exit 2' }, () =>
      playing().play({ level: asServer, seed: '1', answers: right(asServer) }),
    );
    expect(came).toEqual({ ok: false, says: 'curl does not call: no.' });
  });
  it.skipIf(missing('openssl'))('of another make is passed over', async () => {
    const came = await withPrograms({ openssl: 'echo LibreSSL 3.3.6' }, () => played(asClient, '1', right(asClient)));
    expect(came).toMatchObject({ outcome: 'met' });
    expect(came.acts[0]?.words.version).toMatch(/^OpenSSL .*, in Node\.js$/);
  });
  it.skipIf(missing('openssl') || missing('curl')).each([
    [asClient, { openssl: 'test "$1" = version && exec real version; exec timeout 0.4 real "$@"' }, 3],
    [asServer, { curl: 'test "$1" = --version && exec real --version; exec timeout 0.4 real "$@"' }, 1],
  ] as const)(
    'that dies while the player thinks is said in a sentence, and the run can be played anew',
    async (level, scripts, thinks) => {
      const answers = right(level);
      const came = await withPrograms(scripts, async () => {
        await played(level, '1', answers.slice(0, thinks));
        await new Promise((resolve) => setTimeout(resolve, 700));
        return playing().play({ level, seed: '1', answers });
      });
      expect(came).toMatchObject({
        ok: false,
        says: expect.stringMatching(/ended the connection, although no answer was wrong\./),
      });
      expect((await played(level, '1', answers)).outcome).toBe('met');
    },
  );
  it('is given no files where none can be written, and that is said in a sentence', async () => {
    const { TMPDIR } = process.env;
    process.env.TMPDIR = '/nowhere/at/all';
    try {
      const came = await withPrograms(
        { openssl: 'echo OpenSSL 3.0.0', curl: 'echo "curl 8.0.0 (x) libcurl/8.0.0 OpenSSL/3.0.0"' },
        async () => {
          const runs = [asClient, asServer].map((level) => ({ level, seed: '1', answers: right(level) }));
          return [await playing().play(runs[0] as never), await playing().play(runs[1] as never)];
        },
      );
      for (const one of came)
        expect(one).toMatchObject({
          ok: false,
          says: expect.stringMatching(/cannot be written to \/nowhere\/at\/all \(ENOENT\)/),
        });
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    }
  });
});

describe('the connection', () => {
  const hellos = (snapshot: Snapshot) =>
    (snapshot.acts[0]?.events ?? []).flatMap((event) =>
      event.what === 'message' && event.name === 'ServerHello' ? [Buffer.from(event.bytes).toString('hex')] : [],
    );
  it('stays open while the player thinks, and is made anew where an answer was taken back', async () => {
    const answers = right(asClient);
    const before = hellos(await played(asClient, '1', answers.slice(0, 3)));
    expect(before).toHaveLength(1);
    expect(hellos(await played(asClient, '1', answers))).toEqual(before);
    const again = hellos(await played(asClient, '1', answers.slice(0, 3)));
    expect(again).toHaveLength(1);
    expect(again).not.toEqual(before);
  });
  it('is nobody else’s: another run has another one', async () => {
    const answers = right(asClient).slice(0, 3);
    const one = await played(asClient, '1', answers);
    expect(hellos(await played(asClient, '2', answers))).not.toEqual(hellos(one));
  });
  it('has no files lying about', async () => {
    const ours = () => readdirSync(tmpdir()).filter((name) => name.startsWith('https-quest-'));
    const before = ours();
    await played(asClient, '1', right(asClient).slice(0, 3));
    // The keys of a server are gone already while the player thinks.
    expect(ours().filter((name) => !before.includes(name))).toEqual([]);
    await played(asServer, '1', right(asServer).slice(0, 2));
    playing().close();
    while (ours().some((name) => !before.includes(name))) await new Promise((resolve) => setTimeout(resolve, 10));
  });
});

describe('as it is built', () => {
  const data = () => ['--data-dir', mkdtempSync(join(files.path, 'data-'))];
  it.each(levels.map(({ id }) => id))(
    '%s --auto is played right through, asks nobody, and counts for nothing',
    async (id) => {
      const where = data();
      const { status, out, err } = await quest(['play', id, '--auto', ...where]).ended;
      expect(err).toBe('');
      expect(out).toContain('Score: 100 of 100 points, 3 of 3 stars.');
      expect(status).toBe(0);
      const listed = await quest(['levels', '--json', ...where]).ended;
      expect(JSON.parse(listed.out)).toContainEqual(expect.objectContaining({ id, stars: 0 }));
    },
  );
  it.each(levels.map(({ id }) => id))('%s counts where it was played', async (id) => {
    const where = data();
    const typed = (rightAnswers[id] ?? []).map((answer) => `${answer}\n`).join('');
    expect((await quest(['play', id, '--plain', ...where], typed).ended).status).toBe(0);
    const listed = await quest(['levels', '--json', ...where]).ended;
    expect(JSON.parse(listed.out)).toContainEqual(expect.objectContaining({ id, stars: 3 }));
  });
  it('check leaves them out, and says so', async () => {
    const folderOfLevels = join(process.cwd(), 'levels', '9-real-world');
    const { status, out } = await quest(['check', folderOfLevels]).ended;
    for (const { id } of levels)
      expect(out.replace(/\s+/g, ' ')).toContain(
        `left out ${id}: a real program is on its other side, and none is started here. Try it with: https-quest play ${id} --auto`,
      );
    expect(out).not.toContain('proven');
    expect(status).toBe(0);
    expect(JSON.parse((await quest(['check', folderOfLevels, '--json']).ended).out)).toMatchObject({
      levels: [],
      left: levels.map(({ id }) => id),
      faults: [],
    });
  });
  it.skipIf(missing('openssl'))(
    'says in a sentence that the other side cannot play, and goes on the next time',
    async () => {
      const where = data();
      const typed = (rightAnswers[asClient.id] ?? []).map((answer) => `${answer}\n`).join('');
      const failed = await withPrograms(
        { openssl: 'test "$1" = version && exec real version; echo cannot >&2; exit 1' },
        () => quest(['play', asClient.id, '--plain', ...where], typed).ended,
      );
      expect(failed.out).toContain('openssl s_server does not start: cannot.');
      expect(failed.out).toContain(`It is saved; go on with: https-quest play ${asClient.id}`);
      expect(failed.status).toBe(1);
      const again = await quest(
        ['play', asClient.id, '--plain', ...where],
        `${(rightAnswers[asClient.id] ?? []).slice(2).join('\n')}\n`,
      ).ended;
      expect(again.out).toContain('You go on where you stopped.');
      expect(again.out).toContain('Score: 100 of 100 points');
    },
  );
});
