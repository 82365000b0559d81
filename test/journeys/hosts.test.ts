// A class at two hosts that keep one competition in a PostgreSQL of the test's own: one host is killed, and the database.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { boardOf } from '../../src/classroom/board.ts';
import { applyEvents, emptyCompetition, playersIn } from '../../src/classroom/competition.ts';
import { openPostgres } from '../../src/classroom/postgres.ts';
import { noPostgres, type PostgresServer, password, startPostgres } from '../classroom/postgresServer.ts';
import { rightAnswers } from './answers.ts';
import { endPrograms, gradedBoard, hosting, type Running, run } from './hosting.ts';

const [first, second] = ['first-contact', 'open-wire'] as const;
const answersTo = (level: string) => rightAnswers[level] ?? [];
const count = 12;

let server: PostgresServer;
let folder = '';
beforeAll(async () => {
  if (!noPostgres) server = await startPostgres();
});
afterAll(async () => {
  if (!noPostgres) await server.end();
});
beforeEach(async () => {
  // A test that ended while it was away is run once more.
  if (!noPostgres) await server.start();
  folder = mkdtempSync(join(tmpdir(), 'quest-hosts-'));
});
afterEach(() => {
  endPrograms();
  rmSync(folder, { recursive: true, force: true });
});
/** A competition of both levels. */
const begun = (database: string) =>
  hosting(folder, '--database', database, '--port', '0', '--levels', `${first},${second}`);
const oneMore = (database: string, port = '0') => hosting(folder, '--database', database, '--resume', '--port', port);

/** Types it, and gives all that the program has written until its end. */
async function ended(program: Running, typed = '') {
  program.child.stdin.end(typed);
  const status = await program.ended;
  const { out, err } = program.written;
  return { status, out, err: err.replaceAll('\n', ' ') };
}
const secrets = [password, encodeURIComponent(password)];
function expectNoPassword({ written }: Running): void {
  for (const secret of secrets) expect(written.out + written.err).not.toContain(secret);
}

describe.skipIf(noPostgres)('two hosts on one database', () => {
  it('serve one class, also while one of them is killed and comes back', { timeout: 300_000 }, async () => {
    const database = await server.database('class');
    const [one, other] = [await begun(database), await oneMore(database)];
    expect(other.code).toBe(one.code);
    const joining = (index: number, { port }: { readonly port: string }) =>
      run(
        ...['join', `127.0.0.1:${port}`, one.code, '--name', `Player ${index}`, '--plain'],
        ...['--data-dir', join(folder, `player-${index}`)],
      );
    const isAtOne = (index: number) => index % 2 === 0;
    const players = Array.from({ length: count }, (_, index) => joining(index, isAtOne(index) ? one : other));
    const slips = (index: number) => (index % 3 === 0 ? ['http'] : []);
    // All of the first level, and the first decision of the second.
    for (const [index, player] of players.entries())
      for (const answer of [...slips(index), ...answersTo(first), ...answersTo(second).slice(0, 1)])
        player.type(answer);
    for (const host of [one, other]) await host.said(`: ${count} players.`);
    one.type('start');
    await other.said('The round runs.');
    const solved = (level: string) => ` has solved ${level}: `;
    for (const host of [one, other]) await host.said(solved(first), count);

    one.child.kill('SIGKILL');
    await one.ended;
    const rest = answersTo(second).slice(1);
    for (const player of players) for (const answer of rest) player.type(answer);
    // The players of the other go on as if nothing had happened, and one of its own finds the way to it.
    for (const [index, player] of players.entries())
      if (!isAtOne(index)) await player.said('Type the name of a level to play it again');
    await other.said(solved(second), count / 2);
    const [moving] = players;
    if (!moving) throw new Error('no player');
    await moving.said('Type the name of a level to play it again');
    expect(await ended(moving, 'quit\n')).toMatchObject({ status: 0, err: '' });
    const moved = joining(0, other);
    await other.said(`Player 0${solved(second)}`);
    expect(await ended(moved, 'quit\n')).toMatchObject({ status: 0, err: '' });

    // The others wait until it is back, at the same place.
    const again = await oneMore(database, one.port);
    expect(again.code).toBe(one.code);
    await other.said(solved(second), count);
    for (const [index, player] of players.entries())
      if (index) expect(await ended(player, 'quit\n')).toMatchObject({ status: 0, err: '' });
    again.type('end');
    await other.said('The round is over.');
    const boards = [await gradedBoard(again), await gradedBoard(other)];

    const exported = await ended(run('host', 'export', '--data-dir', folder, '--database', database, '--csv', '-'));
    expect([exported.status, exported.err]).toEqual([0, '']);
    for (const host of [again, other]) expect((await ended(host, 'quit\n')).status).toBe(0);
    for (const host of [one, again, other]) expectNoPassword(host);

    const store = await openPostgres(database);
    const stored = await store.read(0, 1_000_000);
    await store.close();
    const competition = applyEvents(emptyCompetition(), stored);
    const all = playersIn(competition);
    expect(all.map(({ name }) => name).sort()).toEqual(players.map((_, index) => `Player ${index}`).sort());
    let sum = 0;
    for (const { name, attempts } of all) {
      const slipped = slips(Number(name.split(' ')[1])).length;
      const graded = [...attempts.values()].map(({ level, moves, grade }) => [level, moves.length, grade?.outcome]);
      expect(graded).toEqual([
        // With the wrong answer goes that it was taken back.
        [first, answersTo(first).length + 2 * slipped, 'met'],
        [second, answersTo(second).length, 'met'],
      ]);
      sum += [...attempts.values()].reduce((points, { grade }) => points + (grade?.points ?? 0), 0);
    }
    expect(sum).toBe(count * 200 - (count / 3) * 13);
    const board = boardOf(competition, 'live');
    expect(board.levels).toEqual([first, second].map((id) => ({ id, solved: count })));
    const lines = board.top.map(
      ({ rank, name, points }) => `${String(rank).padStart(3)}. ${name}: ${points} points, 2 of 2 levels`,
    );
    expect(lines).toHaveLength(10);
    expect(boards).toEqual([lines, lines]);
    const inTable = exported.out
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line) => Number(line.split(',')[4]));
    expect(inTable).toHaveLength(count);
    expect(inTable.reduce((points, more) => points + more)).toBe(sum);
  });

  it('say so when the database goes away, and go on when it is back', { timeout: 240_000 }, async () => {
    const database = await server.database('away');
    const host = await begun(database);
    const player = run(
      ...['join', `127.0.0.1:${host.port}`, host.code, '--name', 'Ada', '--plain', '--data-dir', join(folder, 'ada')],
    );
    await host.said('Ada has joined');
    host.type('start');
    await player.said('Level 1 of 2');
    await server.kill();
    for (const answer of answersTo(first)) player.type(answer);
    const away = /The database away at 127\.0\.0\.1:\d+ does not answer [\w() ]+\. Start it,/;
    const complaints = () => host.written.err.replaceAll('\n', ' ');
    await expect.poll(complaints, { timeout: 100_000 }).toMatch(away);
    host.type('pause');
    await host.said(/The\s+database\s+away/);
    const { status, err } = await ended(run('host', '--data-dir', folder, '--database', database, '--resume'));
    expect([status, err]).toEqual([1, expect.stringMatching(away)]);

    await server.start();
    await host.said('Ada has solved first-contact: 100 points.');
    expect(complaints()).toContain('What happens is kept again.');
    await ended(player, 'quit\n');
    expect((await ended(host, 'quit\n')).status).toBe(0);
    expectNoPassword(host);

    const asked = async (...args: readonly string[]) =>
      ended(run('host', '--data-dir', folder, '--port', '0', '--database', database, ...args));
    expect(await asked()).toMatchObject({
      status: 2,
      err: expect.stringContaining('competition in the database. Go on'),
    });
    expect(await asked('--purge')).toMatchObject({ status: 0, out: expect.stringContaining('is deleted') });
    for (const option of ['--resume', '--purge'])
      expect(await asked(option)).toMatchObject({ status: 2, err: expect.stringContaining('no competition in the') });
  });
});
