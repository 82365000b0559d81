// KeyUpdate (RFC 8446 4.6.3): in both directions, asked for or not; what is not one is refused.
import { describe, expect, it } from 'vitest';
import { client } from '../../src/tls/client.ts';
import { close, type Protocol, receive, send, stack, wishFor } from '../../src/tls/effects.ts';
import { expandLabel } from '../../src/tls/keySchedule.ts';
import { encodeKeyUpdate } from '../../src/tls/messages/keyUpdate.ts';
import { contentTypes, handshakeTypes } from '../../src/tls/registry.ts';
import { server } from '../../src/tls/server.ts';
import { suiteOf } from '../../src/tls/suites.ts';
import { insider, type Item, listening, otherOf, type Side } from './insider.ts';
import { alertsFrom, clientSetup, dataTo, serverSetup } from './pair.ts';
import { connect, findAll, hex } from './world.ts';

const sides = ['client', 'server'] as const;

/** Says a word before and after each wish of its own; closes once it has heard all of the other. */
function* talking(wishes: readonly boolean[], theirs: readonly boolean[]): Protocol<void> {
  yield* send(Buffer.from('one '));
  for (const requested of wishes) {
    yield* wishFor({ wish: 'keyUpdate', requested });
    yield* send(Buffer.from('more '));
  }
  for (let left = spoken(theirs).length; left > 0; ) {
    const received = yield* receive();
    if ('end' in received) return;
    left -= received.bytes.length;
  }
  yield* close();
  while (!('end' in (yield* receive())));
}
const spoken = (wishes: readonly boolean[]) => `one ${'more '.repeat(wishes.length)}`;
const talk = (wishes: Readonly<Record<Side, readonly boolean[]>>, answers: Readonly<Record<string, unknown>> = {}) =>
  connect(
    stack(talking(wishes.client, wishes.server), client(clientSetup())),
    stack(talking(wishes.server, wishes.client), server(serverSetup())),
    answers,
  );
const trafficSecrets = (events: ReturnType<typeof talk>, by: Side, of: string) =>
  findAll(events, by, 'secret').flatMap(({ label, value }) =>
    label.startsWith(`${of}_TRAFFIC_SECRET_`) ? [[label, hex(value)]] : [],
  );

describe('both ends', () => {
  it.each([
    ['nobody', { client: [], server: [] }, 1, 1],
    ['the client alone', { client: [false], server: [] }, 2, 1],
    ['the server alone', { client: [], server: [false, false] }, 1, 3],
    ['the client, who asks the server', { client: [true], server: [] }, 2, 2],
    ['the server, who asks the client', { client: [], server: [true, false] }, 2, 3],
    ['both, and both ask', { client: [true, true], server: [true] }, 4, 4],
  ] as const)('read on when %s changed keys', (_who, wishes, fromClient, fromServer) => {
    const events = talk(wishes);
    expect(dataTo(events, 'server')).toBe(spoken(wishes.client));
    expect(dataTo(events, 'client')).toBe(spoken(wishes.server));
    for (const side of sides) {
      expect(alertsFrom(events, side)).toEqual(['close_notify']);
      expect(trafficSecrets(events, side, 'CLIENT')).toHaveLength(fromClient);
      expect(trafficSecrets(events, side, 'SERVER')).toHaveLength(fromServer);
    }
    expect(trafficSecrets(events, 'client', 'CLIENT')).toEqual(trafficSecrets(events, 'server', 'CLIENT'));
    expect(trafficSecrets(events, 'client', 'SERVER')).toEqual(trafficSecrets(events, 'server', 'SERVER'));
  });
  it('make the next secret of the one before with the label of section 7.2', () => {
    const events = talk({ client: [false], server: [] });
    const suite = suiteOf(findAll(events, 'client', 'agreed')[0]?.suite ?? 0);
    const [first, second] = findAll(events, 'client', 'secret').filter(({ label }) =>
      label.startsWith('CLIENT_TRAFFIC'),
    );
    if (!suite || !first) throw new Error('nothing was agreed');
    expect(hex(second?.value ?? first.value)).toBe(
      hex(expandLabel(suite, first.value, 'traffic upd', new Uint8Array(0), suite.hashLength)),
    );
  });
  it('seal the KeyUpdate with the old key, and all that follows with the new one, counted from zero', () => {
    const events = talk({ client: [false], server: [] });
    const sent = findAll(events, 'client', 'record').filter(({ direction }) => direction === 'sent');
    expect(sent.slice(-4).map(({ name, sealedBy }) => [name, sealedBy])).toEqual([
      ['application data', 'client application'],
      ['KeyUpdate', 'client application'],
      ['application data', 'client application 1'],
      ['alert: close_notify', 'client application 1'],
    ]);
  });
  it('lose each other when one keeps reading with the old key, or does not answer and means to', () => {
    const deaf = talk({ client: [false], server: [] }, { 'server.onKeyUpdate': { read: 'same', answer: false } });
    expect(alertsFrom(deaf, 'server')).toEqual(['bad_record_mac']);
    expect(dataTo(deaf, 'server')).toBe('one ');
    const silent = talk({ client: [true], server: [] }, { 'server.onKeyUpdate': { answer: false } });
    expect(trafficSecrets(silent, 'client', 'SERVER')).toHaveLength(1);
    expect(dataTo(silent, 'server')).toBe('one more ');
  });
});

describe.each(sides)('the %s', (side) => {
  const usual = insider();
  const finished = side === 'client' ? 5 : 2;
  const update = encodeKeyUpdate({ requested: false }).bytes;
  const put = (place: number, content: Uint8Array): readonly string[] => {
    const items = usual.itemsOf(otherOf(side));
    const item = { ...(items[place] as Item), type: contentTypes.handshake, content };
    return alertsFrom(
      usual.against(side, [...items.slice(0, place), item, ...items.slice(place)], { application: listening }),
      side,
    );
  };
  it.each([
    ['a request that is neither 0 nor 1', Buffer.of(handshakeTypes.key_update, 0, 0, 1, 2), 'illegal_parameter'],
    ['one without a request', Buffer.of(handshakeTypes.key_update, 0, 0, 0), 'decode_error'],
    ['one with more in it', Buffer.of(handshakeTypes.key_update, 0, 0, 2, 0, 0), 'decode_error'],
    ['one that does not end its record (5.1)', Buffer.concat([update, update]), 'unexpected_message'],
  ])('refuses %s', (_what, content, alert) => {
    expect(put(finished, content)).toEqual([alert]);
  });
  it('refuses one in the handshake', () => {
    expect(put(finished - 1, update)).toEqual(['unexpected_message']);
  });
});
