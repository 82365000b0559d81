// Sessions taken up again (RFC 8446 2.2, 2.3, 4.2.11, 8): tickets, binders, both modes, early data.
import { describe, expect, it } from 'vitest';
import { close, type Protocol, receive, send, stack } from '../../src/tls/effects.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { type ClientHello, decodeClientHello, encodeClientHello } from '../../src/tls/messages/clientHello.ts';
import type { Extension } from '../../src/tls/messages/extensions.ts';
import { groups, suites } from '../../src/tls/registry.ts';
import { identity, server, type Tickets } from '../../src/tls/server.ts';
import { type Session, sealedWith } from '../../src/tls/sessions.ts';
import { insider, listening } from './insider.ts';
import { alertsFrom, dataTo, exchangeOf, issued, type PairSetup, question, reply } from './pair.ts';
import { connect, findAll, hex } from './world.ts';

const early = Buffer.from('Is it there yet? ');
const minute = 60_000;
const key = Buffer.alloc(32, 7);
/** A memory of binders that came. */
const memory = () => {
  const known = new Set<string>();
  return (binder: Uint8Array) => known.size === known.add(hex(binder)).size;
};
const tickets = (more: Partial<Tickets> = {}): Tickets => ({
  ...sealedWith(key),
  now: () => minute,
  maxEarlyData: 1000,
  seen: memory(),
  ...more,
});

/** A first visit, which gives sessions. */
function sessionsOf(setup: PairSetup = {}): readonly Session[] {
  const kept: Session[] = [];
  exchangeOf({
    client: { keepSession: (session) => void kept.push(session), now: () => 0, ...setup.client },
    server: { tickets: tickets({ now: () => 0 }), ...setup.server },
    ...(setup.answers ? { answers: setup.answers } : {}),
  });
  return kept;
}
const [session] = sessionsOf() as [Session];
const again = ({ client: c, server: s, answers = {} }: PairSetup = {}): PairSetup => ({
  client: { session, now: () => minute, entropy: entropy('the second visit'), ...c },
  server: { tickets: tickets(), ...s },
  answers,
});
/** The messages of the handshake. */
const namesOf = (events: ReturnType<typeof exchangeOf>) =>
  findAll(events, 'client', 'message')
    .map(({ name }) => name)
    .filter((name) => name !== 'NewSessionTicket');
const resumed = ['ClientHello', 'ServerHello', 'EncryptedExtensions', 'Finished', 'Finished'];
const checksOf = (events: ReturnType<typeof exchangeOf>) =>
  findAll(events, 'server', 'check').map(({ name, holds }) => `${name} ${holds}`);
/** The talk as ever, whatever was done to begin with. */
const goesWell = (setup: PairSetup, before = '') => {
  const events = exchangeOf(setup);
  for (const side of ['client', 'server']) expect(alertsFrom(events, side)).toEqual(['close_notify']);
  expect(dataTo(events, 'server')).toBe(`${before}${question}`);
  expect(dataTo(events, 'client')).toContain(reply);
  return events;
};

describe('a ticket', () => {
  it('comes to a client that asks for it, as many as the server gives, each with a key of its own', () => {
    expect(sessionsOf({ server: { tickets: tickets({ count: 3 }) } })).toHaveLength(3);
    const three = sessionsOf({ server: { tickets: tickets({ count: 3 }) } });
    expect(new Set(three.map(({ psk }) => hex(psk))).size).toBe(3);
    expect(new Set(three.map(({ ticket }) => hex(ticket))).size).toBe(3);
    expect(sessionsOf({ answers: { 'server.sendTickets': { count: 0 } } })).toEqual([]);
  });
  it('does not come to a client that says no word of it', () => {
    const messages = findAll(exchangeOf({ server: { tickets: tickets() } }), 'client', 'message');
    expect(messages.map(({ name }) => name)).not.toContain('NewSessionTicket');
  });
  it('lives a week at most, and not at all with a life of nothing (4.6.1)', () => {
    const [long] = sessionsOf({ server: { tickets: tickets({ lifetime: 10 ** 7 }) } });
    expect(long?.lifetime).toBe(7 * 24 * 3600);
    expect(sessionsOf({ server: { tickets: tickets({ lifetime: 0 }) } })).toEqual([]);
  });
  it('tells nobody what is in it, and opens under no other key', () => {
    expect(hex(session.ticket)).not.toContain(hex(session.psk));
    expect(hex(sealedWith(key).open(session.ticket)?.psk ?? key)).toBe(hex(session.psk));
    expect(sealedWith(Buffer.alloc(32, 8)).open(session.ticket)).toBeUndefined();
    const spoilt = session.ticket.map((byte, index) => (index === 20 ? byte ^ 1 : byte));
    expect(sealedWith(key).open(spoilt)).toBeUndefined();
    expect(sealedWith(key).open(Buffer.from('short'))).toBeUndefined();
  });
});

describe('a session', () => {
  it.each(Object.entries(suites).filter(([, number]) => number >> 8 === 0x13))(
    'of %s goes on without certificates, with a fresh key exchange',
    (_name, suite) => {
      const [one] = sessionsOf({ client: { suites: [suite] } });
      const events = goesWell(again({ client: { session: one as Session, suites: [suite] } }));
      expect(namesOf(events)).toEqual(resumed);
      expect(checksOf(events)).toEqual(['binder true', 'Finished true']);
      expect(findAll(events, 'client', 'agreed')).toMatchObject([{ suite, group: groups.x25519 }]);
      const [mine, theirs] = ['client', 'server'].map((side) =>
        findAll(events, side, 'secret').map(({ label, value }) => `${label} ${hex(value)}`),
      );
      expect(mine).toEqual(theirs);
    },
  );
  it('goes on with the old key alone where both take that (psk_ke)', () => {
    const answers = { 'client.offerSession': { offer: true, modes: ['psk_ke'] } };
    const events = goesWell(again({ answers }));
    expect(namesOf(events)).toEqual(resumed);
    expect(findAll(events, 'client', 'agreed')).toMatchObject([{ group: 0 }]);
    // No share in the answer: whoever learns the ticket's key later reads it all.
    const hello = findAll(events, 'client', 'message').find(({ name }) => name === 'ServerHello');
    expect(JSON.stringify(hello?.fields)).not.toContain('key_share');
  });
  it('goes on after a HelloRetryRequest, its binder made anew', () => {
    const events = goesWell(again({ server: { tickets: tickets(), groups: [groups.secp256r1] } }));
    expect(namesOf(events)).toEqual(['ClientHello', 'HelloRetryRequest', 'ClientHello', ...resumed.slice(1)]);
    expect(checksOf(events)).toEqual(['binder true', 'binder true', 'Finished true']);
  });
  it('gives tickets for a third visit', () => {
    const kept: Session[] = [];
    goesWell(again({ client: { keepSession: (one) => void kept.push(one) } }));
    expect(kept).toHaveLength(1);
    expect(namesOf(goesWell(again({ client: { session: kept[0] as Session } })))).toEqual(resumed);
  });
  const full: readonly (readonly [string, PairSetup])[] = [
    ['whose server has forgotten its key', { server: { tickets: tickets(sealedWith(Buffer.alloc(32, 9))) } }],
    ['whose server knows no tickets', { server: { tickets: undefined as never } }],
    ['whose server is of another mind', { answers: { 'server.resume': { mode: null } } }],
    ['that is too old for the server', { server: { tickets: tickets({ now: () => 10 ** 8 }) } }],
    ['that is too old for the client', { client: { now: () => 10 ** 8 } }],
    ['of another host', { client: { session: { ...session, host: 'bank.example' } } }],
    ['of another hash', { server: { tickets: tickets(), suites: [suites.TLS_AES_256_GCM_SHA384] } }],
  ];
  it.each(full)('%s ends in a full handshake', (_what, setup) => {
    const given = again(setup);
    const { tickets: sealing, ...rest } = given.server ?? {};
    const events = goesWell({ ...given, server: sealing ? { ...rest, tickets: sealing } : rest });
    expect(namesOf(events)).toContain('CertificateVerify');
  });
  it('is not asked for a certificate (4.3.2)', () => {
    const events = goesWell(again({ answers: { 'server.requestCertificate': { request: true } } }));
    expect(namesOf(events)).toEqual(resumed);
  });
});

describe('a server wants a client that', () => {
  const talk = insider(again());
  const items = talk.itemsOf('client');
  const hello = decodeClientHello(items[0]?.content ?? new Uint8Array(0));
  const say = (change: (extensions: readonly Extension[]) => readonly Extension[], answers = {}) => {
    const changed: ClientHello = { ...hello, extensions: change(hello.extensions) };
    const said = items.map((item, index) => (index ? item : { ...item, content: encodeClientHello(changed).bytes }));
    return talk.against('server', said, { application: listening, answers });
  };
  const psk = hello.extensions.at(-1) as Extract<Extension, { name: 'pre_shared_key' }>;
  const rest = hello.extensions.slice(0, -1);
  const rules: readonly (readonly [string, readonly Extension[], string])[] = [
    [
      'makes a binder with the key of its ticket (4.2.11)',
      [...rest, { ...psk, binders: [Buffer.alloc(32)] }],
      'decrypt_error',
    ],
    ['puts pre_shared_key last (4.2.11)', [psk, ...rest], 'illegal_parameter'],
    [
      'makes a binder for each ticket (4.2.11)',
      [...rest, { ...psk, binders: [...psk.binders, Buffer.alloc(32)] }],
      'illegal_parameter',
    ],
    [
      'says how the key may be used (4.2.9)',
      [...rest.filter(({ name }) => name !== 'psk_key_exchange_modes'), psk],
      'missing_extension',
    ],
    ['names a ticket where it offers one', [...rest, { ...psk, identities: [] }], 'decode_error'],
    [
      'does not change a word behind the binder’s back (4.2.11.2)',
      [...rest.filter(({ name }) => name !== 'server_name'), psk],
      'decrypt_error',
    ],
  ];
  it.each(rules)('%s', (_rule, extensions, alert) => {
    expect(
      alertsFrom(
        say(() => extensions),
        'server',
      ),
    ).toEqual([alert]);
  });
  it('holds the key: one that does not check the binder finds out at Finished', () => {
    const events = say(() => [...rest, { ...psk, binders: [Buffer.alloc(32)] }], {
      'server.onBinder': { require: 'nothing' },
    });
    expect(checksOf(events)).toEqual(['binder false']);
    expect(alertsFrom(events, 'server')).not.toContain('close_notify');
  });
  it('may name a mode that nobody knows (RFC 8701)', () => {
    const events = goesWell(
      again({
        client: {
          arrange: (all) =>
            all.map((one) => (one.name === 'psk_key_exchange_modes' ? { ...one, modes: [0x0b, ...one.modes] } : one)),
        },
      }),
    );
    expect(namesOf(events)).toEqual(resumed);
  });
});

describe('a client wants a server that', () => {
  const odd = (answers: PairSetup['answers'], more: PairSetup = {}) =>
    alertsFrom(exchangeOf(again({ ...more, ...(answers ? { answers } : {}) })), 'client');
  it('uses the key as it was offered (4.2.11)', () => {
    expect(odd({ 'server.resume': { mode: 'psk_ke' } })).toEqual(['illegal_parameter']);
    const alone = { 'client.offerSession': { offer: true, modes: ['psk_ke'] } };
    expect(odd({ ...alone, 'server.resume': { mode: 'psk_dhe_ke' } })).toEqual(['illegal_parameter']);
  });
  it('takes up a session of the suite’s own hash (4.2.11)', () => {
    const sealing = sealedWith(key);
    const lying = tickets({
      open: (ticket) => {
        const state = sealing.open(ticket);
        return state && { ...state, suite: suites.TLS_AES_256_GCM_SHA384 };
      },
    });
    const server = { tickets: lying, suites: [suites.TLS_AES_256_GCM_SHA384] };
    expect(odd({ 'server.onBinder': { require: 'nothing' } }, { server })).toEqual(['illegal_parameter']);
  });
});

describe('early data', () => {
  const sending = (setup: PairSetup = {}) => again({ ...setup, client: { earlyData: early, ...setup.client } });
  const sent = early.toString();

  it.each([true, false])('is taken before the handshake is done, in disguise: %s', (compatibility) => {
    const events = goesWell(sending({ client: { compatibility } }), sent);
    expect(namesOf(events)).toEqual([...resumed.slice(0, 4), 'EndOfEarlyData', 'Finished']);
    const order = findAll(events, 'server', 'record').flatMap(({ direction, name }) =>
      direction === 'received' ? [name] : [],
    );
    expect(order.slice(0, compatibility ? 4 : 3)).toEqual([
      'ClientHello',
      ...(compatibility ? ['ChangeCipherSpec'] : []),
      'application data',
      'EndOfEarlyData',
    ]);
    expect(findAll(events, 'client', 'record').find(({ name }) => name === 'EndOfEarlyData')?.sealedBy).toBe(
      'client early',
    );
    expect(findAll(events, 'client', 'secret').map(({ label }) => label)).toContain('CLIENT_EARLY_TRAFFIC_SECRET');
  });
  const refused: readonly (readonly [string, PairSetup])[] = [
    ['never takes any', { answers: { 'server.acceptEarlyData': { accept: 'never' } } }],
    [
      'has no memory of what came before',
      { server: { tickets: { ...sealedWith(key), now: () => minute, maxEarlyData: 99 } } },
    ],
    ['finds it too old', { server: { tickets: tickets({ now: () => minute + 11_000 }) } }],
    ['asks for another share first', { server: { tickets: tickets(), groups: [groups.secp256r1] } }],
    ['takes up no session', { answers: { 'server.resume': { mode: null } } }],
    ['chooses another suite', { server: { tickets: tickets(), suites: [suites.TLS_CHACHA20_POLY1305_SHA256] } }],
    [
      'chooses another protocol',
      { server: { tickets: tickets(), protocols: ['http/1.1'] }, client: { protocols: ['http/1.1'] } },
    ],
  ];
  it.each(refused)('is passed over unread by a server that %s, and sent again', (_what, setup) => {
    const events = goesWell(sending(setup), sent);
    expect(namesOf(events)).not.toContain('EndOfEarlyData');
    expect(dataTo(events, 'server')).toBe(`${sent}${question}`);
    const twice = findAll(events, 'client', 'data').filter(({ bytes }) => Buffer.from(bytes).equals(early));
    expect(twice).toHaveLength(2);
  });
  it('is lost where it was refused and is not sent again', () => {
    goesWell(
      sending({
        answers: { 'server.acceptEarlyData': { accept: 'never' }, 'client.onEarlyRefused': { again: false } },
      }),
    );
  });
  it('is not sent to a server that takes less, or none', () => {
    const long = sending({ client: { earlyData: Buffer.alloc(1001, 65) } });
    expect(findAll(exchangeOf(long), 'client', 'record').some(({ sealedBy }) => sealedBy === 'client early')).toBe(
      false,
    );
    const none = sending({ client: { session: { ...session, maxEarlyData: 0 } } });
    expect(findAll(exchangeOf(none), 'client', 'record').some(({ sealedBy }) => sealedBy === 'client early')).toBe(
      false,
    );
    const greedy = { ...long, answers: { 'client.sendEarlyData': { send: true } } };
    expect(alertsFrom(exchangeOf(greedy), 'server')).toEqual(['unexpected_message']);
  });

  describe('sent a second time by somebody who recorded it', () => {
    /** The hello and the early records, as they were on the wire: no key is needed to say them again. */
    const recorded = () =>
      findAll(exchangeOf(sending()), 'client', 'wire')
        .slice(0, 2)
        .map(({ bytes }) => bytes);
    const heard = (answers: Readonly<Record<string, unknown>>) => {
      const setup = { tickets: tickets() };
      return [0, 1].map(() => replay(recorded(), setup, answers));
    };
    it('is heard once where the server remembers', () => {
      expect(heard({})).toEqual([sent, '']);
    });
    it('is heard again and again where it does not care', () => {
      expect(heard({ 'server.acceptEarlyData': { accept: 'always' } })).toEqual([sent, sent]);
    });
  });
});

/** What a server hears when these bytes come, and then nothing more. */
function replay(
  wire: readonly Uint8Array[],
  setup: NonNullable<PairSetup['server']>,
  answers: Readonly<Record<string, unknown>>,
): string {
  return dataTo(
    connect(
      reciting(wire),
      stack(
        listening(),
        server({ entropy: entropy('pair server'), identify: () => identity(issued.chain, issued.key), ...setup }),
      ),
      answers,
    ),
    'server',
  );
}
function* reciting(wire: readonly Uint8Array[]): Protocol<void> {
  for (const bytes of wire) yield* send(bytes);
  yield* close();
  while (!('end' in (yield* receive())));
}
