// The dashboard of a host: at every size, with a class of any size, and the keys that a teacher presses.
import { stripVTControlCharacters } from 'node:util';
import { renderToString } from 'ink';
import { cleanup, render } from 'ink-testing-library';
import { afterEach, describe, expect, it } from 'vitest';
import type { CompetitionEvent } from '../../src/classroom/events.ts';
import { alphabet } from '../../src/classroom/joinCode.ts';
import { teacherState } from '../../src/classroom/pagesDesk.ts';
import { bigLetters, bigWidth } from '../../src/ui/dashboard/bigLetters.ts';
import { completed } from '../../src/ui/dashboard/completion.ts';
import { DashboardAt } from '../../src/ui/dashboard/Dashboard.tsx';
import type { Desk, Seen } from '../../src/ui/dashboard/desk.ts';
import { columnsOf } from '../../src/ui/columns.ts';
import { themeFor } from '../../src/ui/theme.ts';
import * as log from '../classroom/logs.ts';
import { sizes, words } from './frames.tsx';
import { levels } from './game.ts';

afterEach(cleanup);

const code = 'K7QM2-9F4DX';
const command = `npx https-quest join 192.0.2.7 ${code}`;
const slip = { step: 'open', choice: 'http', misconception: 'padlock' };
const beliefs = new Map([['padlock', 'The padlock says that the shop is honest.']]);
const wide = { columns: 120, rows: 36 };

/** A competition as the host shows it, whose commands only are written down. */
function deskOf(events: readonly CompetitionEvent[], more: Partial<Seen> = {}) {
  const obeyed: string[] = [];
  const tells = new Set<() => void>();
  const look = (of: readonly CompetitionEvent[]): Seen => {
    const now = (of.length + 600) * 1000;
    const looks = { levels, beliefs, address: '192.0.2.7', code, command };
    return { state: teacherState(log.folded(...of), looks, now), events: [], now, ...more };
  };
  let seen = look(events);
  const desk: Desk = {
    follow: (tell) => {
      tells.add(tell);
      return () => void tells.delete(tell);
    },
    seen: () => seen,
    addresses: ['10.0.0.3', '[2001:db8::7]'],
    words: [
      { word: 'start', takes: '', says: 'the round begins' },
      { word: 'kick', takes: 'NAME', says: 'out; may join again' },
      { word: 'rename', takes: 'NAME = NEW', says: 'another name' },
      { word: 'round', takes: 'LEVELS', says: 'a new round' },
      { word: 'regrade', takes: 'LEVEL', says: 'grade it anew' },
    ],
    obey: async (typed) => {
      obeyed.push(typed);
      return typed === 'pages' ? ['For you: http://127.0.0.1:1/#a', 'For the projector: b'] : [`Heard ${typed}.`];
    },
    notes: ['What is kept: nicknames.', 'Go on with it: https-quest host --resume'],
  };
  const set = (next: readonly CompetitionEvent[]) => {
    seen = look(next);
    for (const tell of tells) tell();
  };
  return { desk, obeyed, set };
}
const crowd = (count: number): CompetitionEvent[] => {
  const ids = Array.from({ length: count }, (_, index) => index.toString(16).padStart(16, '0'));
  return [
    log.created,
    log.round(['first-contact', 'open-wire']),
    ...ids.map(
      (id, at): CompetitionEvent =>
        ({
          ...(log.joined(id, `Player ${`${at}`.padStart(3, '0')}`, at % 2 ? 'Red' : undefined) as never as object),
          token: id.padStart(64, '0'),
        }) as CompetitionEvent,
    ),
    log.state('running'),
    ...ids.flatMap((id, at) =>
      at % 3
        ? log.solved(id, '1/first-contact/1', at % 100)
        : [
            log.began(id, '1/first-contact/1'),
            log.moved(id, '1/first-contact/1', 0),
            log.graded(id, '1/first-contact/1', 1, 0, { slips: [slip] }),
          ],
    ),
  ];
};
const look = { depth: 'truecolor', light: false, ascii: false } as const;

function framed(desk: Desk, size: { columns: number; rows: number }, theme = themeFor(look)): string {
  const painted = renderToString(<DashboardAt desk={desk} size={size} theme={theme} quit={() => {}} />, {
    columns: size.columns,
  });
  const lines = stripVTControlCharacters(painted).split('\n');
  expect(lines).toHaveLength(size.rows);
  for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(size.columns);
  expect(columnsOf((lines.at(-1) ?? '').trimEnd())).toBeLessThan(size.columns);
  return lines.join('\n');
}

describe.each(sizes)('in a window of $columns x $rows', (size) => {
  it.each([
    ['a lobby with nobody in it', [log.created, log.round()], 'LOBBY'],
    ['a competition without a round', [log.created], 'LOBBY'],
    ['a round of three', [...log.running, ...log.solved(log.ada, '1/one/1')], 'RUNNING'],
    ['300 players', crowd(300), 'RUNNING'],
    ['a frozen board', [...crowd(30), log.freeze()], 'FROZEN'],
    ['the end', [...crowd(30), log.state('ended')], 'ENDED'],
  ] as const)('fills it with %s', (_, events, says) => {
    for (const ascii of [false, true]) {
      const text = framed(deskOf(events).desk, size, themeFor({ ...look, depth: ascii ? 'none' : 'truecolor', ascii }));
      expect(text).toContain(says);
      expect(text).toContain(command);
      expect(text).toContain('Board');
      if (ascii) expect(text).toMatch(/^[\n\x20-\x7e]*$/);
    }
  });

  it('draws nothing that names could do to a terminal', () => {
    const joined = {
      ...log.joined(log.ada, '\u001b[2J\u202eadA\u0007', '\u001b]0;x\u0007'),
      type: 'joined',
    } as CompetitionEvent;
    const text = framed(deskOf([log.created, log.round(), joined, ...log.running.slice(3)]).desk, size);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
  });
});

describe('the panels', () => {
  it('say what each player is at, who is stuck, who solved what, and what many believe', () => {
    const text = words(framed(deskOf(crowd(9)).desk, wide));
    expect(text).toContain('Player 000 0 0/2 stuck');
    expect(text).toMatch(/9 players/);
    expect(text).toContain('6/9');
    expect(text).toContain('3/9 The padlock says that the shop is honest.');
    expect(text).toContain('What is kept: nicknames.');
  });
  it('show a frozen board as it was, and the players as they are', () => {
    const events = [
      ...log.running,
      ...log.solved(log.ada, '1/one/1', 50),
      log.freeze(),
      ...log.solved(log.ada, '1/two/1', 30),
    ];
    const text = words(framed(deskOf(events).desk, wide));
    expect(text).toContain('Board, frozen for players');
    expect(text).toMatch(/1 Ada 50 1\/2/);
    expect(text).toMatch(/Ada 80 2\/2/);
  });
});

function pressed(events: readonly CompetitionEvent[], size = { columns: 80, rows: 24 }) {
  const made = deskOf(events);
  let left = false;
  const quit = () => {
    left = true;
  };
  const { stdin, lastFrame } = render(<DashboardAt desk={made.desk} size={size} theme={themeFor(look)} quit={quit} />);
  const screen = () => stripVTControlCharacters(lastFrame() ?? '');
  return {
    ...made,
    screen,
    left: () => left,
    /** Presses a key, and waits until the screen shows what is wanted. */
    async press(key: string, wanted: string | RegExp) {
      stdin.write(key);
      await expect.poll(screen, { timeout: 60_000 }).toMatch(wanted);
    },
    type: (key: string) => stdin.write(key),
  };
}
const [tab, enter, esc, pageDown] = ['\t', '\r', '\u001b', '\u001b[6~'];

describe('the keys', () => {
  it('do what the state allows, and ask before the round ends', async () => {
    const { press, obeyed, set, screen } = pressed(log.opened);
    await press('s', 'Heard start.');
    set(log.running);
    await expect.poll(screen).toContain('p pause');
    await press('p', 'Heard pause.');
    await press('f', 'Heard freeze.');
    await press('e', 'End the round?');
    await press('n', /^(?![\s\S]*End the round)/);
    await press('e', 'End the round?');
    await press('y', 'Heard end.');
    set([...log.running, log.state('ended')]);
    await expect.poll(screen).toContain('r reveal');
    await press('r', 'Heard reveal.');
    await press('n', ': round ▍');
    expect(obeyed).toEqual(['start', 'pause', 'freeze', 'end', 'reveal']);
  });
  it('type a command, complete words and names, and leave it again', async () => {
    const { press, obeyed } = pressed(log.running);
    await press(':', ': ▍');
    await press('k', ': k▍');
    await press(tab, ': kick ▍');
    await press('b', ': kick b▍');
    await press(tab, ': kick Bob▍');
    await press(enter, 'Heard kick Bob.');
    await press('/', ': ▍');
    await press('x', ': x▍');
    await press(esc, /^(?![\s\S]*▍)/);
    expect(obeyed).toEqual(['kick Bob']);
  });
  it('show long answers over the panels, and help with all there is', async () => {
    const { press } = pressed(log.running);
    await press('l', 'For the projector: b');
    await press(esc, 'Nobody has points yet');
    await press('?', 'type a command; tab completes');
    await press(pageDown, 'rename NAME = NEW');
    await press(pageDown, 'Go on with it: https-quest host --resume');
    await press('q', 'Nobody has points yet');
  });
  it('scroll a list to its end and no further', async () => {
    const { press, type, screen } = pressed(crowd(300));
    await press(tab, 'Player 000');
    const paged = () => {
      type(pageDown);
      return screen();
    };
    await expect.poll(paged, { timeout: 60_000 }).toContain('││ Player 299');
    for (let page = 0; page < 5; page++) paged();
    expect(screen()).toContain('││ Player 299');
    await press('k', /^(?![\s\S]*││ Player 299)/);
  });
  it('leave after a question, or at once', async () => {
    const asked = pressed(log.running);
    await asked.press('q', 'y ends the host.');
    expect(asked.left()).toBe(false);
    asked.type('y');
    await expect.poll(asked.left).toBe(true);
    cleanup();
    const small = pressed(log.running, { columns: 50, rows: 10 });
    expect(small.screen()).toContain('60x18');
    small.type('\u0003');
    await expect.poll(small.left).toBe(true);
  });
});

describe('a command line', () => {
  const { desk } = deskOf([...log.running, log.joined('d'.repeat(16), 'Adam')]);
  const complete = (typed: string) => completed(typed, desk.words, desk.seen().state);
  it.each([
    ['', '', ['start', 'kick', 'rename', 'round', 'regrade']],
    ['re', 're', ['rename', 'regrade']],
    ['ro', 'round ', []],
    ['st', 'start', []],
    ['kick a', 'kick Ada', ['Ada', 'Adam']],
    ['rename c', 'rename Cyd = ', []],
    ['rename Cyd = A', 'rename Cyd = A', []],
    ['round open-wire,first-c', 'round open-wire,first-contact', []],
    ['kick nobody', 'kick nobody', []],
    ['start x', 'start x', []],
  ])('"%s" becomes "%s"', (typed, becomes, fits) => {
    expect(complete(typed)).toEqual({ typed: becomes, fits });
  });
});

describe('the large letters', () => {
  it('has a shape of its own for each character of a code', () => {
    const shapes = [...alphabet, '-'].map((letter) => bigLetters(letter, true).join('\n'));
    expect(new Set(shapes).size).toBe(shapes.length);
    for (const shape of shapes) expect(shape).toContain('#');
  });
  it('are as wide as they say, in half blocks and in ASCII', () => {
    for (const ascii of [false, true])
      for (const line of bigLetters(code, ascii)) expect(columnsOf(line)).toBe(bigWidth(code));
    expect(bigLetters(code, true)).toHaveLength(6);
    expect(bigLetters(code, false)).toHaveLength(3);
  });
});
