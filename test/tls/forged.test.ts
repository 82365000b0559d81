// What somebody on the line may type into a connection that stands: records in the clear, which anybody can make.
import { describe, expect, it } from 'vitest';
import { passOn } from '../../src/scenarios/actors.ts';
import { type Event, run } from '../../src/scenarios/network.ts';
import { typedCloseNotify } from '../../src/scenarios/priceFeed.ts';
import { client } from '../../src/tls/client.ts';
import { close, type Protocol, receive, send, stack } from '../../src/tls/effects.ts';
import { server } from '../../src/tls/server.ts';
import { alertsFrom, clientSetup, dataTo, question, serverSetup } from './pair.ts';
import { findAll } from './world.ts';

const [first, second] = ['BUY 100 barley\n', 'CANCEL all above\n'];

/** Asks, and closes once the answer has ended: whoever has closed can send no alert any more. */
function* asking(): Protocol<void> {
  yield* send(Buffer.from(question));
  while (!('end' in (yield* receive())));
  yield* close();
}
/** Answers in two records. */
function* answering(): Protocol<void> {
  const received = yield* receive();
  if ('bytes' in received) for (const line of [first, second]) yield* send(Buffer.from(line));
  yield* close();
}

/** Passes all on; types `forged` to one end in front of what the other end sends as its nth piece. */
function* typing(forged: Uint8Array, to: 'client' | 'server', nth: number): Protocol<void> {
  let seen = 0;
  yield* passOn('client', 'server', function* (from, bytes) {
    if (from !== to && ++seen === nth) yield* send(forged, to);
    return bytes;
  });
}

const talk = (mallory: Protocol<void>, answers: Readonly<Record<string, unknown>> = {}): readonly Event[] =>
  run(
    [
      { name: 'client', protocol: stack(asking(), client(clientSetup())) },
      { name: 'mallory', protocol: mallory },
      { name: 'server', protocol: stack(answering(), server(serverSetup())) },
    ],
    (['client', 'server'] as const).map((end) => ({
      ends: [
        [end, 'peer'],
        ['mallory', end],
      ],
    })),
    ({ question: asked }) => ({ answer: answers[asked.point] ?? asked.reference() }),
  ).events;

/** Pieces of the server: five of its flight, then two of data. Pieces of the client: hello, Finished, data. */
const behindTheFirst = { client: 7, server: 3 } as const;
const expected = { client: first + second, server: question };

describe.each(['client', 'server'] as const)('a close_notify in the clear, typed to the %s', (side) => {
  const forge = (answer?: unknown) =>
    talk(typing(typedCloseNotify, side, behindTheFirst[side]), answer ? { [`${side}.onRecord`]: answer } : {});

  it('is refused by the rule', () => {
    const events = forge();
    const asked = findAll(events, side, 'decision').filter(({ point }) => point === `${side}.onRecord`);
    expect(asked).toHaveLength(1);
    expect(alertsFrom(events, side)).toEqual(['unexpected_message']);
    expect(dataTo(events, side)).not.toEqual(expected[side]);
  });
  it('ends the reading of who accepts it, in peace and too early', () => {
    const events = forge({ reply: 'accept' });
    expect(alertsFrom(events, side)).toEqual(['close_notify']);
    expect(dataTo(events, side).length).toBeLessThan(expected[side].length);
    expect(findAll(events, side, 'check').some(({ name }) => name === 'close_notify')).toBe(false);
  });
  it('does nothing to who skips it', () => {
    const events = forge({ reply: 'skip' });
    expect(alertsFrom(events, side)).toEqual(['close_notify']);
    expect(dataTo(events, side)).toEqual(expected[side]);
  });
});

it('without anything typed all comes through', () => {
  const events = talk(typing(new Uint8Array(0), 'client', 99));
  for (const side of ['client', 'server'] as const) {
    expect(dataTo(events, side)).toEqual(expected[side]);
    expect(findAll(events, side, 'wire')).toHaveLength(side === 'client' ? 4 : 8);
  }
});
