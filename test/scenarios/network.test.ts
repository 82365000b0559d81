// The deterministic world: cables, taps, clocks and fuel; and how one actor does several things.
import { describe, expect, it } from 'vitest';
import { answering, passOn, remembering, replaying, together } from '../../src/scenarios/actors.ts';
import { type Actor, type Event, run, type Wire } from '../../src/scenarios/network.ts';
import { close, decide, decisionPoint, over, type Protocol, receive, send, tell } from '../../src/tls/effects.ts';
import * as z from 'zod';

const bytes = (text: string) => Buffer.from(text);
const text = (event: Event): string[] => ('bytes' in event ? [Buffer.from(event.bytes).toString()] : []);
const saidBy = (events: readonly Event[], by: string) =>
  events.flatMap((event) => (event.by === by && event.what === 'note' ? [event.text] : []));
const note = (words: string) => tell({ what: 'note', text: words });
const point = decisionPoint<{ readonly of: string }>()(
  'any.point',
  '8446 1',
  z.strictObject({ say: z.string() }),
  ({ of }) => ({ say: `the rule of ${of}` }),
);
const unasked = () => {
  throw new Error('nobody asks');
};

/** Notes what comes on a link, until it ends. */
function* noting(link = 'peer'): Protocol<void> {
  for (;;) {
    const received = yield* receive(link);
    if ('end' in received) return yield* note(`end: ${received.end}`);
    yield* note(Buffer.from(received.bytes).toString());
  }
}
function* saying(...words: readonly string[]): Protocol<void> {
  for (const word of words) yield* send(bytes(word));
  yield* close();
}
const cable = (a: string, b: string, more: Partial<Wire> = {}): Wire => ({
  ends: [
    [a, 'peer'],
    [b, 'peer'],
  ],
  ...more,
});
const play = (wires: readonly Wire[], actors: Readonly<Record<string, Protocol<unknown>>>, answer = unasked) =>
  run(
    Object.entries(actors).map(([name, protocol]): Actor => ({ name, protocol })),
    wires,
    answer,
  );

describe('a cable', () => {
  it('carries what is sent in order, then the end, and copies to a tap', () => {
    const taps = [['eve', 'air']] as const;
    const { events } = play([cable('a', 'b', { taps, label: 'port 80' })], {
      eve: noting('air'),
      b: noting(),
      a: saying('one', 'two'),
    });
    expect(saidBy(events, 'b')).toEqual(['one', 'two', 'end: closed']);
    expect(saidBy(events, 'eve')).toEqual(['one', 'two', 'end: closed']);
    const wires = events.filter(({ what }) => what === 'wire');
    expect(wires).toMatchObject([
      { by: 'a', to: 'b', heardBy: ['eve'], label: 'port 80' },
      { by: 'a', to: 'b' },
    ]);
  });
  it('that was closed carries nothing more that way, and all the other way', () => {
    function* stubborn(): Protocol<void> {
      yield* close('peer', 'failed');
      yield* send(bytes('too late'));
      yield* close();
      yield* noting();
    }
    function* late(): Protocol<void> {
      yield* noting();
      yield* saying('still here');
    }
    const { events } = play([cable('a', 'b')], { a: stubborn(), b: late() });
    expect(saidBy(events, 'b')).toEqual(['end: failed']);
    expect(saidBy(events, 'a')).toEqual(['still here', 'end: closed']);
    expect(events.filter(({ what }) => what === 'wire').flatMap(text)).toEqual(['still here']);
    expect(events.filter(({ what, by }) => what === 'closed' && by === 'a')).toHaveLength(1);
  });
  it('that is not there is a bug of the scenario', () => {
    expect(() => play([], { a: saying('one') })).toThrow('a has no link peer');
  });
});

describe('a run', () => {
  it('stops at a question that waits, and says who asks what', () => {
    function* asking(): Protocol<void> {
      yield* note('before');
      yield* note((yield* decide(point, { of: 'a' })).say);
    }
    const waiting = run([{ name: 'a', protocol: asking() }], [], () => 'wait');
    expect(waiting.waiting).toMatchObject({ by: 'a', question: { point: 'any.point', situation: { of: 'a' } } });
    expect(saidBy(waiting.events, 'a')).toEqual(['before']);
    const ruled = run([{ name: 'a', protocol: asking() }], [], ({ question }) => ({ answer: question.reference() }));
    expect(saidBy(ruled.events, 'a')).toEqual(['before', 'the rule of a']);
    expect(() => run([{ name: 'a', protocol: asking() }], [], () => ({ answer: { say: 1 } }))).toThrow(z.ZodError);
  });
  it('in which all wait and nothing is in flight lets the clock of the first run out', () => {
    const { events } = play([cable('a', 'b')], { a: noting(), b: noting() });
    expect(events.filter(({ what }) => what === 'timeout').map(({ by }) => by)).toEqual(['a', 'b']);
    expect(saidBy(events, 'a')).toEqual(['end: closed']);
  });
  it('without an end runs out of fuel', () => {
    function* endless(): Protocol<void> {
      for (;;) yield* note('again');
    }
    expect(() => run([{ name: 'a', protocol: endless() }], [], unasked, 50)).toThrow('does not end');
  });
});

describe('one actor', () => {
  it('does several things at once, each on links of its own', () => {
    const wires: Wire[] = [
      {
        ends: [
          ['a', 'left'],
          ['b', 'peer'],
        ],
      },
      {
        ends: [
          ['a', 'right'],
          ['c', 'peer'],
        ],
      },
    ];
    const { events } = play(wires, {
      a: together(over('left', noting()), over('right', noting())),
      c: saying('from c'),
      b: saying('from b'),
    });
    expect(saidBy(events, 'a').sort()).toEqual(['end: closed', 'end: closed', 'from b', 'from c']);
  });
  it('answers some questions itself, remembers what it told, and reads ahead', () => {
    function* protocol(): Protocol<string> {
      const first = yield* receive();
      const { say } = yield* decide(point, { of: 'a' });
      yield* note(say);
      return 'bytes' in first ? Buffer.from(first.bytes).toString() : 'nothing';
    }
    const remembered: unknown[] = [];
    let result = '';
    function* actor(): Protocol<void> {
      const settled = answering(protocol(), { 'any.point': { say: 'my own' } });
      result = yield* replaying(
        bytes('read before'),
        remembering(settled, (told) => void remembered.push(told)),
      );
    }
    play([], { a: actor() });
    expect(result).toBe('read before');
    expect(remembered).toEqual([{ what: 'note', text: 'my own' }]);
  });
  it.each([
    ['changes', bytes('changed'), ['changed', 'changed', 'end: closed']],
    ['withholds', undefined, ['end: closed']],
    ['cuts', 'cut', ['end: closed']],
  ] as const)('passes on, and %s what it likes', (_how, instead, heard) => {
    const wires: Wire[] = ['a', 'b'].map((end) => ({
      ends: [
        [end, 'peer'],
        ['m', end],
      ],
    }));
    const { events } = play(wires, {
      a: saying('one', 'two'),
      // biome-ignore lint/correctness/useYield: it only passes on
      m: passOn('a', 'b', function* (from, given) {
        return from === 'a' ? instead : given;
      }),
      b: (function* () {
        yield* noting();
        yield* close();
      })(),
    });
    expect(saidBy(events, 'b')).toEqual([...heard]);
  });
});
