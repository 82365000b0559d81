// A class: a host as it is built, killed in the middle of a round, and thirty players who join it through pipes.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { boardOf } from '../../src/classroom/board.ts';
import { applyEvents, emptyCompetition, playersIn } from '../../src/classroom/competition.ts';
import { openJournal } from '../../src/classroom/journal.ts';
import { rightAnswers } from './answers.ts';
import { endPrograms, gradedBoard, hosting, listening, program, run, start } from './hosting.ts';

const round = ['first-contact', 'open-wire'];
const count = 30;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quest-host-'));
});
afterEach(() => {
  endPrograms();
  rmSync(folder, { recursive: true, force: true });
});

describe('a competition', () => {
  it('goes on where it was after its host was killed, and counts what each player did', {
    timeout: 240_000,
  }, async () => {
    const host = await hosting(folder, '--levels', round.join(), '--title', 'Class 7b', '--port', '0');
    const joining = (index: number) =>
      run(
        ...['join', `127.0.0.1:${host.port}`, host.code, '--name', `Player ${index}`, '--plain'],
        ...['--data-dir', join(folder, `player-${index}`)],
      );
    const players = Array.from({ length: count }, (_, index) => {
      const player = joining(index);
      // Every third believes first that http will do.
      const slip = index % 3 === 0 ? ['http'] : [];
      for (const answer of [...slip, ...round.flatMap((id) => rightAnswers[id] ?? [])]) player.type(answer);
      return player;
    });
    await host.said(`: ${count} players.`);
    host.type('start');
    await host.said(' has solved ', 10);
    host.child.kill('SIGKILL');
    await host.ended;

    const again = await hosting(folder, '--resume', '--port', host.port);
    expect(again.code).toBe(host.code);
    for (const player of players) {
      await player.said('Type the name of a level to play it again');
      player.child.stdin.end('quit\n');
    }
    for (const [index, player] of players.entries()) {
      expect([await player.ended, player.written.err]).toEqual([0, '']);
      // On a busy machine the host may have had no time for all of it: then the player is told to come back.
      for (let last = player, times = 0; last.written.out.includes('Queued: ') && times < 5; times++) {
        last = joining(index);
        last.child.stdin.end('quit\n');
        expect([await last.ended, last.written.err]).toEqual([0, '']);
      }
    }
    again.type('end');
    expect(await gradedBoard(again)).toHaveLength(10);
    again.child.kill('SIGINT');
    expect(await again.ended).toBe(0);

    const store = await openJournal(join(folder, 'host'));
    const competition = applyEvents(emptyCompetition(), await store.read(0, 1_000_000));
    await store.close();
    const all = playersIn(competition);
    expect(all.map(({ name }) => name).sort()).toEqual(Array.from({ length: count }, (_, i) => `Player ${i}`).sort());
    let sum = 0;
    for (const { name, attempts } of all) {
      const slipped = Number(name.split(' ')[1]) % 3 === 0;
      const graded = [...attempts.values()].map(({ level, moves, grade }) => [level, moves.length, grade?.outcome]);
      expect(graded).toEqual(
        round.map((id, at) => [id, (rightAnswers[id]?.length ?? 0) + (slipped && !at ? 2 : 0), 'met']),
      );
      sum += [...attempts.values()].reduce((points, { grade }) => points + (grade?.points ?? 0), 0);
    }
    // A third of them had half of one decision's share of 80 points, of three; the others had everything.
    const { top, levels } = boardOf(competition, 'live');
    expect(levels).toEqual(round.map((id) => ({ id, solved: count })));
    expect(top.map(({ points }) => points)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(sum).toBe(count * 200 - (count / 3) * 13);
  });
});

describe('a host', () => {
  const said = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'host', '--data-dir', folder, ...args], {
      encoding: 'utf8',
      input: 'quit\n',
    });
    return { status, stdout, stderr: stderr.replaceAll('\n', ' ') };
  };
  it.each<readonly [readonly string[], string, number]>([
    [['--levels', 'first-contcat'], 'There is no level or chapter "first-contcat". Did you mean "first-contact"?', 2],
    [['--levels', 'live-client'], 'There is no level or chapter "live-client".', 2],
    [['--port', 'https'], '--port takes a number from 0 to 65535', 2],
    [['--title', 'a\u001b[31m'], '--title', 2],
    [['--cert', 'a.pem'], '--cert and --key belong together', 2],
    [['--cert', 'a.pem', '--key', 'b.pem'], 'There is no file a.pem', 1],
    [['--resume'], 'There is no competition in', 2],
    [['--purge'], 'There is no competition in', 2],
    [['--seed', '1'], 'takes no --seed', 2],
    [['--attempts', '0'], '--attempts takes a number from 1 to 9, not "0"', 2],
    [['--rules', 'speed,streak'], 'not "streak". Did you mean "streaks"?', 2],
    [['--data', 'a', '--database', 'b'], '--data and --database: give one of them.', 2],
    [['--csv', 'a.csv'], 'https-quest host export --csv FILE', 2],
    [['exprot'], '"host" takes export, or nothing, and not "exprot".', 2],
    [['postgres://u:hidden@h/d'], 'and not "postgres://…@h/d"', 2],
    [['export', 'postgres://u:hidden@h/d'], 'what to do with "postgres://…@h/d"', 2],
    [['export'], 'Say what to write: --csv FILE or --json FILE', 2],
    [['export', '--csv', 'a.csv'], 'There is no competition in', 2],
    [['export', '--csv', 'a.csv', '--purge'], 'deletes nothing', 2],
    [['--database', 'postgres://u:hidden@127.0.0.1:1/d'], 'The database d at 127.0.0.1:1 does not answer', 1],
    [['--database', 'postgres://u:hid@den@127.0.0.1:1/d'], 'This is no address of a database. Write', 1],
    [['--database', 'http://u:hidden@127.0.0.1:1/d'], 'This is no address of a database. Write', 1],
  ])('says what is wrong with %j', (args, says, status) => {
    const { stderr, stdout, ...ended } = said(...args);
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/hidden|den@/);
    expect([stdout, ended.status]).toEqual(['', status]);
  });
  it('begins nothing over a competition that is there, and deletes it only when it is told to', () => {
    expect(said('--port', '0').status).toBe(0);
    expect(said('--port', '0')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Go on with it: --resume'),
    });
    expect(said('--port', '0', '--resume').status).toBe(0);
    expect(said('--purge')).toMatchObject({ status: 0, stdout: expect.stringContaining('is deleted') });
    expect(said('--resume').status).toBe(2);
  });
  it('plays each round by the rules that it was told, and writes the results of all', async () => {
    const host = await hosting(
      folder,
      ...['--levels', 'first-contact', '--port', '0', '--attempts', '3', '--rules', 'speed,decay'],
    );
    host.type('round open-wire');
    await host.said(/Round 2 is in its lobby,\s+with one level and 3 attempts at each,\s+with\s+speed,\s+decay\./);
    host.type('round --rules none first-contact, open-wire --attempts=1');
    await host.said(/Round 3 is in its lobby,\s+with 2 levels and one attempt at each\./);
    host.type('round 1 --rules sped');
    await host.said('not "sped". Did you mean "speed"?');
    const csv = join(folder, 'results.csv');
    const busy = said('export', '--csv', csv);
    expect([busy.status, busy.stderr]).toEqual([1, expect.stringContaining(`Process ${host.child.pid} already hosts`)]);
    host.type('quit');
    expect(await host.ended).toBe(0);

    const written = said('export', '--csv', csv, '--json', '-');
    expect([written.status, written.stderr]).toEqual([0, '']);
    expect(readFileSync(csv, 'utf8')).toMatch(/^\ufeffname,team,[^\n]*3\/open-wire stars\r\n$/);
    const results = JSON.parse(written.stdout.slice(written.stdout.indexOf('{')));
    const off = { speedBonus: false, streaks: false, firstBlood: false, decay: false };
    expect(results.rounds.map(({ rules }: { rules: unknown }) => rules)).toEqual([
      { ...off, attempts: 3, speedBonus: true, decay: true },
      { ...off, attempts: 3, speedBonus: true, decay: true },
      { ...off, attempts: 1 },
    ]);
    const again = said('export', '--csv', csv);
    expect([again.status, again.stderr]).toEqual([2, expect.stringContaining('already. It was left as it is')]);
  });
  it('says which levels of its round are other ones by now', () => {
    const levels = join(folder, 'levels');
    mkdirSync(levels);
    const file = join(levels, 'first-contact.yaml');
    const text = readFileSync(new URL('../../levels/0-first-contact/1-first-contact.yaml', import.meta.url), 'utf8');
    writeFileSync(file, text);
    expect(said('--port', '0', '--levels', levels)).toMatchObject({ status: 0, stderr: '' });
    expect(said('--port', '0', '--levels', levels, '--resume')).toMatchObject({ status: 0, stderr: '' });
    writeFileSync(file, text.replace('name: evening', 'name: morning'));
    expect(said('--port', '0', '--levels', levels, '--resume')).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('Not as here are these levels of the round: first-contact.'),
    });
  });
  it.skipIf(process.platform === 'win32')(
    'says when its disk is full, ends well, and has all that it had kept',
    async () => {
      // A file may not grow beyond a few KiB then; the system refuses in the middle of a write.
      const limited = ['sh', '-c', 'ulimit -f 6; exec "$@"', 'sh', process.execPath, program] as const;
      const host = await listening(
        start(...limited, 'host', '--data-dir', folder, '--levels', 'first-contact', '--port', '0'),
      );
      const join = (name: string) =>
        run(
          ...[
            'join',
            `127.0.0.1:${host.port}`,
            host.code,
            '--name',
            name,
            '--plain',
            '--data-dir',
            `${folder}/${name}`,
          ],
        );
      const ada = join('Ada');
      await ada.said('You are Ada.');
      host.type('start');
      for (let times = 0; times < 50; times++) for (const turn of ['pause', 'resume']) host.type(turn);
      const text = ({ written }: typeof host) => written.err.replaceAll('\n', ' ');
      await expect
        .poll(() => text(host), { timeout: 100_000 })
        .toMatch(/can no longer be saved to \S+: the file may not/);
      const bob = join('Bob');
      expect(await bob.ended).toBe(1);
      expect(bob.written.err.replaceAll('\n', ' ')).toContain('cannot keep anything just now, and takes nobody in.');
      host.type('quit');
      expect(await host.ended).toBe(0);

      const again = await hosting(folder, '--resume', '--port', host.port);
      again.type('players');
      await again.said(/Ada: (?:not begun|last at first-contact)/);
      again.type('quit');
      expect(await again.ended).toBe(0);
    },
  );
  it('opens its pages once a link, and a player goes on on another machine', { timeout: 120_000 }, async () => {
    const host = await hosting(folder, '--levels', 'first-contact', '--port', '0');
    const [teacher = '', projector = ''] = host.written.out.match(/http:\/\/127\.0\.0\.1:\d+\S+/g) ?? [];
    expect([teacher, projector].map((link) => new URL(link).pathname)).toEqual(['/teacher/', '/projector/']);
    for (const link of [teacher, projector]) {
      const page = await fetch(link);
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(await page.text()).toContain('<script');
    }
    const at = (folderOf: string, ...more: readonly string[]) =>
      run('join', `127.0.0.1:${host.port}`, host.code, '--plain', '--data-dir', join(folder, folderOf), ...more);
    const first = at('one', '--name', 'Ada');
    await host.said('Ada has joined');
    host.type('device Ada');
    await host.said(/--device\s+[0-9A-Z]{8}/);
    const [, device = ''] = /--device\s+([0-9A-Z]{8})/.exec(host.written.out) ?? [];
    const second = at('two', '--device', `${device.slice(0, 4)}-${device.slice(4)}`.toLowerCase());
    await second.said('You are Ada.');
    // The old machine has no place any more.
    expect(await first.ended).toBe(1);
    const third = at('three', '--device', device);
    expect(await third.ended).toBe(1);
    expect(third.written.err.replaceAll('\n', ' ')).toContain('or it was used');
    host.type('quit');
    expect(await host.ended).toBe(0);
  });
  it('tells the teacher in a sentence what players believe', { timeout: 120_000 }, async () => {
    const host = await hosting(folder, '--levels', 'first-contact', '--port', '0');
    const [link = ''] = host.written.out.match(/http:\/\/127\.0\.0\.1:\d+\/teacher\/\S+/) ?? [];
    const { hash, origin } = new URL(link);
    const session = await fetch(new URL('session', link), {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ token: hash.slice(1) }),
    });
    const cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const state = async () => (await fetch(new URL('state', link), { headers: { cookie } })).text();
    expect(await state()).toContain('"names":[]');
    const one = run(
      ...['join', `127.0.0.1:${host.port}`, host.code, '--plain', '--name', 'Ada', '--data-dir', join(folder, 'one')],
    );
    one.type('http');
    await host.said('Ada has joined');
    host.type('start');
    await expect.poll(state, { timeout: 60_000 }).toContain('A listener reads HTTPS as well, or reads little of HTTP.');
    host.type('quit');
    expect(await host.ended).toBe(0);
  });
  it('says why it cannot listen', async () => {
    const first = await hosting(folder, '--port', '0');
    const { status, stderr } = said('--port', first.port, '--data', join(folder, 'other'));
    expect(stderr).toContain(`Another program listens on port ${first.port} already`);
    expect(status).toBe(1);
    const same = said('--resume', '--port', '0');
    expect(same.status).toBe(1);
    expect(same.stderr).not.toBe('');
    first.type('quit');
    expect(await first.ended).toBe(0);
  });
});
