// A player's side of a competition on the screen: the way in, the round, and what becomes of both while the host comes and goes.
import { stripVTControlCharacters } from 'node:util';
import { cleanup, render } from 'ink-testing-library';
import { afterEach, describe, expect, it } from 'vitest';
import { openSession } from '../../src/classroom/session.ts';
import { type Board, problemTag, type Standing } from '../../src/classroom/wire.ts';
import { contentHash } from '../../src/game/attempt.ts';
import { scenarios } from '../../src/scenarios/index.ts';
import { createGameStore } from '../../src/store/store.ts';
import type { Classroom, Fields } from '../../src/ui/entrance.ts';
import { GameAt } from '../../src/ui/Root.tsx';
import { fakeHost, fakeTime } from '../classroom/fakeHost.ts';
import { rightAnswers } from '../journeys/answers.ts';
import { shippedPages } from '../shipped.ts';
import { framed, rightWords, sizes, words } from './frames.tsx';
import { choose, levelNamed, levels, memoryLog, newGame, toQuestion } from './game.ts';

afterEach(cleanup);

const round = ['goodbye', 'first-contact'].map(levelNamed);
const board: Board = {
  number: 1,
  title: 'A class',
  state: 'revealed',
  frozen: false,
  round: { number: 1, title: 'Round 1' },
  players: 12,
  top: Array.from({ length: 10 }, (_, index) => ({
    rank: index + 1,
    name: index === 3 ? 'Ada' : `Player ${index}`,
    points: 200 - index,
    stars: 6,
    solved: 2,
  })),
  levels: [],
  teams: [],
};
const typed: Fields = { address: '192.0.2.7', code: 'KNX14-KS4D7', name: 'Ada', team: '' };

interface Class {
  readonly first?: Fields;
  readonly refuses?: string;
  readonly shows?: Board;
}
/** A game with a way into the class of a host in memory. */
function atClass({ first = typed, refuses, shows = board }: Class = {}) {
  const host = fakeHost(round.map((level) => ({ id: level.id, contentHash: contentHash(level) })));
  const time = fakeTime();
  let closed = 0;
  let place: string | undefined;
  const classroom: Classroom = {
    first,
    goesOn: false,
    faultOf: (name, text, whole) =>
      whole && name === 'code' && text.length < 11 ? 'The code is too short.' : undefined,
    placeOf: () => place,
    async join({ name }, tell) {
      tell('comparing');
      tell('joining');
      if (refuses !== undefined) return { says: refuses, field: 'name' };
      place = name;
      const session = openSession({
        transport: host.transport,
        token: host.token,
        log: memoryLog(),
        draw: () => '0123456789abcdef01',
        after: time.after,
      });
      const store = createGameStore({
        levels,
        scenarios,
        log: session.log,
        still: true,
        pages: shippedPages,
        savePreferences: () => undefined,
        issue: () => {
          throw new Error('nobody asked for a certificate');
        },
        draw: session.begin,
      });
      const close = () => {
        closed++;
        session.close();
      };
      return { store, session, comeBack: 'https-quest join', board: async () => shows, close };
    },
  };
  const made = newGame({ classroom: async () => classroom });
  const { entrance } = made.game;
  const inside = () => {
    const { inside: now } = entrance.getState();
    if (!now) throw new Error('nobody is in');
    return now;
  };
  return {
    ...made,
    host,
    time,
    entrance,
    inside,
    closed: () => closed,
    async goIn() {
      await entrance.actions.open();
      entrance.actions.enter();
      await time.settle();
    },
    /** The host tells of a change. */
    async become(state: Standing['state']) {
      host.become(state);
      host.tell({ what: 'event', name: 'standing', number: 1, data: { number: 1 } });
      await time.settle();
    },
  };
}

describe.each(sizes)('in a window of $columns x $rows', (size) => {
  it('shows the way in, with what leaves the machine', async () => {
    const { game, store, entrance } = atClass();
    store.actions.show('classroom');
    await entrance.actions.open();
    const text = words(framed(game, size));
    expect(text).toContain('Address 192.0.2.7');
    expect(text).toContain('Code KNX14-KS4D7 ✓ typed without a slip');
    expect(text).toContain('Your teacher can erase it all.');
    for (const step of ['calling', 'comparing', 'joining'] as const) {
      entrance.setState({ step });
      expect(words(framed(game, size))).toContain('Your place is asked for');
    }
    store.actions.lay('help');
    framed(game, size);
  });

  it('shows the lobby, the round, the host away, the results, and that one was taken out', async () => {
    const { game, host, time, goIn, become, inside } = atClass();
    host.become('lobby');
    await goIn();
    const lobby = framed(game, size);
    expect(rightWords(lobby)).toContain('Round 1 begins when your teacher starts it');
    expect(lobby).not.toContain('practice');
    for (const { title } of round) expect(lobby).toContain(title);
    await become('running');
    expect(rightWords(framed(game, size))).toContain('Enter plays it.');
    expect(framed(game, size)).toContain('2 left');
    await become('paused');
    expect(rightWords(framed(game, size))).toContain('It goes on when your teacher says so.');
    await become('running');
    host.faults.push('lost');
    await become('running');
    expect(framed(game, size)).toContain('host away');
    await time.pass();
    expect(framed(game, size)).not.toContain('host away');
    await become('revealed');
    inside().look();
    await time.settle();
    const results = framed(game, size);
    expect(rightWords(results)).toContain('The best ten of 12');
    expect(results).toMatch(/4 {2}Ada +197/);
    host.say({ type: `${problemTag}token`, detail: 'You were taken out.' });
    await become('revealed');
    expect(rightWords(framed(game, size))).toContain('You were taken out. q leaves the competition.');
  });
});

describe('a round', () => {
  it('has no board where nobody has points', async () => {
    const { game, goIn, become, inside, time } = atClass({ shows: { ...board, top: [] } });
    await goIn();
    await become('ended');
    inside().look();
    await time.settle();
    const results = framed(game, { columns: 80, rows: 24 });
    expect(results).toContain('Nobody has points yet.');
    expect(results).not.toContain('The best ten');
  });

  it('counts what waits for the host, and says when it was sent', async () => {
    const { game, host, time, goIn, inside } = atClass();
    await goIn();
    const { store } = inside();
    const shown = () => words(framed(game, { columns: 80, rows: 24 }));
    inside().store.actions.start(levelNamed('goodbye'));
    await time.settle();
    host.faults.push('lost', 'lost');
    for (const answer of rightAnswers.goodbye ?? []) {
      toQuestion(store);
      choose(store, answer);
      await time.settle();
    }
    toQuestion(store);
    await time.settle();
    expect(store.getState().screen).toBe('debrief');
    expect(shown()).toContain('3 queued: it is kept here, and sent when the host is there.');
    for (let waits = 0; waits < 9 && inside().session.state().unsent; waits++) await time.pass();
    expect(shown()).not.toContain('queued');
    expect(shown()).toContain('The host is grading it.');
    expect(host.order).toHaveLength(3);
    store.actions.show('map');
    expect(shown()).toContain('1 left');
  });

  it('is left at once where nothing waits, and otherwise after the host was asked once more', async () => {
    const { store, entrance, host, time, goIn, inside, closed } = atClass();
    await goIn();
    inside().leave();
    expect([entrance.getState().inside, closed(), store.getState().screen]).toEqual([undefined, 1, 'title']);
    await goIn();
    host.faults.push('lost');
    inside().store.actions.start(levelNamed('goodbye'));
    toQuestion(inside().store);
    choose(inside().store, 'refuse');
    await time.settle();
    expect(inside().session.state().unsent).toBeGreaterThan(0);
    inside().leave();
    expect(inside().getState().leaving).toBe(true);
    await time.settle();
    expect(entrance.getState().inside).toBeUndefined();
    expect(closed()).toBe(2);
    expect(host.order).toHaveLength(1);
  });
});

describe('the way in', () => {
  it('stops at a field that is wrong, and at the name that the host refuses', async () => {
    const { entrance } = atClass({ first: { ...typed, code: 'KNX' }, refuses: 'Somebody has this name.' });
    await entrance.actions.open();
    entrance.actions.enter();
    expect(entrance.getState()).toMatchObject({ at: 'code', said: 'The code is too short.', step: undefined });
    entrance.actions.type(typed.code);
    entrance.actions.move(1);
    entrance.actions.move(1);
    entrance.actions.enter();
    await expect
      .poll(() => entrance.getState())
      .toMatchObject({ at: 'name', said: 'Somebody has this name.', inside: undefined });
  });

  it('takes letters, pasted text and corrections, and leaves with escape', async () => {
    const { game, store, entrance } = atClass({ first: { address: '', code: '', name: '', team: '' } });
    store.actions.show('classroom');
    const { stdin, lastFrame } = render(<GameAt game={game} size={{ columns: 80, rows: 24 }} />);
    const shows = (text: string) =>
      expect.poll(() => stripVTControlCharacters(lastFrame() ?? ''), { timeout: 20_000 }).toContain(text);
    await expect.poll(() => entrance.getState().classroom, { timeout: 20_000 }).toBeDefined();
    stdin.write('q');
    await shows('Address   q▍');
    stdin.write('\u007f');
    await shows('Address   ▍');
    stdin.write('\u001b[200~ 192.0.2.7\r\n\u001b[201~');
    await shows('Address   192.0.2.7▍');
    stdin.write('\r');
    await shows('Code      ▍');
    stdin.write('\u001b[A');
    await shows('Address   192.0.2.7▍');
    stdin.write('\u001b');
    await expect.poll(() => store.getState().screen, { timeout: 20_000 }).toBe('title');
  });
});
