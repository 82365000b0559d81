import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompetitionEvent } from '../../src/classroom/events.ts';
import { resultsCsv, resultsOf } from '../../src/classroom/results.ts';
import { ada, bob, created, cyd, folded, joined, round, running, solved, someEvents, state, tokenOf } from './logs.ts';

/** The rows of a CSV file, read as RFC 4180, section 2 says, and no other way. */
function read(csv: string): string[][] {
  const body = csv.replace(/^\ufeff/, '');
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  while (cell.lastIndex < body.length) {
    const found = cell.exec(body);
    if (!found) throw new Error('no CSV');
    rows.at(-1)?.push(found[1]?.replace(/""/g, '"') ?? found[2] ?? '');
    if (found[3] === '\r\n') rows.push([]);
  }
  rows.pop();
  return rows;
}

const two: CompetitionEvent[] = [
  ...running,
  { type: 'teamed', player: bob, team: 'Red' },
  ...solved(ada, '1/one/1', 60, 2),
  ...solved(bob, '1/two/1', 90, 3),
  { type: 'adjusted', player: ada, points: -5, why: 'Helped by others' },
  { type: 'kicked', player: cyd, banned: true },
  state('ended'),
  round(['three'], { attempts: 1 }, 'Second'),
  state('running'),
  ...solved(ada, '2/three/1', 70, 2),
];

describe('the table', () => {
  it('has a line for each player, with rank, points and stars round by round', () => {
    expect(read(resultsCsv(folded(...two)))).toEqual([
      [
        ...['name', 'team', 'status', 'joined', 'points'],
        ...['round 1 rank', 'round 1 points', 'round 1 adjusted'],
        ...['1/one points', '1/one stars', '1/two points', '1/two stars'],
        ...['round 2 rank', 'round 2 points', 'round 2 adjusted', '2/three points', '2/three stars'],
      ],
      [
        'Ada',
        '',
        'in',
        '1970-01-01T00:00:03.000Z',
        '125',
        '2',
        '55',
        '-5',
        '60',
        '2',
        '',
        '',
        '1',
        '70',
        '0',
        '70',
        '2',
      ],
      ['Bob', 'Red', 'in', '1970-01-01T00:00:04.000Z', '90', '1', '90', '0', '', '', '90', '3', '', '0', '0', '', ''],
      ['Cyd', '', 'banned', '1970-01-01T00:00:05.000Z', '', ...Array.from({ length: 12 }, () => '')],
    ]);
  });
  it('has no cell that a spreadsheet would run, whatever stands in the log', () => {
    const hostile = fc.array(fc.constantFrom(...'=+-@\t\r\n", \u202e\u001b\u200b’aZ1|()!'.split(''), "='x"), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(hostile, hostile, (name, team) => {
        const csv = resultsCsv(folded(created, round(), joined(ada, name.join(''), team.join('')), state('running')));
        const rows = read(csv);
        expect(rows).toHaveLength(2);
        expect(rows[1]).toHaveLength(rows[0]?.length ?? 0);
        for (const cell of rows[1]?.slice(0, 2) ?? []) expect(cell).not.toMatch(/^\s*[=+\-@]|\p{C}/u);
      }),
    );
  });
  it('is one row that names the columns where nobody has joined', () => {
    expect(resultsCsv(folded(created))).toBe('\ufeffname,team,status,joined,points\r\n');
  });
});

describe('the results as JSON', () => {
  it('have the rounds, and of each player the rounds, what was added and the attempts', () => {
    const { players, ...head } = resultsOf(folded(...two));
    expect(head).toMatchObject({
      format: 1,
      title: 'Monday',
      version: '0.1.0',
      rounds: [
        { number: 1, title: 'First', started: '1970-01-01T00:00:06.000Z', levels: [{ id: 'one' }, { id: 'two' }] },
        { number: 2, title: 'Second', rules: { attempts: 1 } },
      ],
    });
    expect(players.map(({ name, status }) => `${name} ${status}`)).toEqual(['Ada in', 'Bob in', 'Cyd banned']);
    expect(players[0]).toEqual({
      name: 'Ada',
      status: 'in',
      joined: '1970-01-01T00:00:03.000Z',
      rounds: [
        {
          round: 1,
          rank: 2,
          points: 55,
          levels: [{ level: 'one', points: 60, stars: 2, met: '1970-01-01T00:00:09.000Z' }],
        },
        {
          round: 2,
          rank: 1,
          points: 70,
          levels: [{ level: 'three', points: 70, stars: 2, met: '1970-01-01T00:00:20.000Z' }],
        },
      ],
      adjusted: [{ round: 1, points: -5, why: 'Helped by others' }],
      attempts: [
        {
          attempt: '1/one/1',
          began: '1970-01-01T00:00:08.000Z',
          moves: 1,
          points: 60,
          stars: 2,
          outcome: 'met',
          wrong: [],
        },
        {
          attempt: '2/three/1',
          began: '1970-01-01T00:00:19.000Z',
          moves: 1,
          points: 70,
          stars: 2,
          outcome: 'met',
          wrong: [],
        },
      ],
    });
    expect(players[1]?.rounds[1]).toEqual({ round: 2, points: 0, levels: [] });
    expect(players[2]?.rounds).toEqual([]);
  });
  it('have nothing of a player who was erased', () => {
    const competition = folded(...two, { type: 'erased', player: bob });
    expect(JSON.stringify(resultsOf(competition)) + resultsCsv(competition)).not.toMatch(/Bob|Red/);
  });
});

it('no secret, key, certificate, token or code is in either', () => {
  const secrets = [
    '5ec2e7',
    'the private key',
    'the certificate',
    ...[ada, bob, cyd].flatMap((player) => [
      tokenOf(player),
      `7${tokenOf(player).slice(1)}`,
      `8${tokenOf(player).slice(1)}`,
    ]),
  ];
  fc.assert(
    fc.property(someEvents, (events) => {
      const competition = folded(...running, ...events);
      const given = JSON.stringify(resultsOf(competition)) + resultsCsv(competition);
      expect(given).toContain('Monday');
      expect(secrets.filter((secret) => given.includes(secret))).toEqual([]);
    }),
  );
});
