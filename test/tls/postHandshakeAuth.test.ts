// Who the client is, asked after the handshake (RFC 8446 4.6.2): the answers, their order, and all that is refused.
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/scenarios/network.ts';
import { close, type Protocol, receive, send, tell, wishFor } from '../../src/tls/effects.ts';
import { encodeCertificate } from '../../src/tls/messages/certificate.ts';
import { decodeCertificateRequest, encodeCertificateRequest } from '../../src/tls/messages/certificateRequest.ts';
import { decodeCertificateVerify, encodeCertificateVerify } from '../../src/tls/messages/certificateVerify.ts';
import { encodeEncryptedExtensions } from '../../src/tls/messages/encryptedExtensions.ts';
import type { Extension } from '../../src/tls/messages/extensions.ts';
import { encodeFinished } from '../../src/tls/messages/finished.ts';
import { encodeKeyUpdate } from '../../src/tls/messages/keyUpdate.ts';
import { encodeNewSessionTicket } from '../../src/tls/messages/newSessionTicket.ts';
import { contentTypes, extensionTypes, handshakeTypes } from '../../src/tls/registry.ts';
import { sealedWith } from '../../src/tls/sessions.ts';
import { changedBy, regrouping, spoiling } from './changes.ts';
import { alice, chain, door } from './club.ts';
import { type Item, insider, type Side } from './insider.ts';
import { alertsFrom, dataTo, exchangeOf, type PairSetup, question, reply } from './pair.ts';
import { findAll, hex } from './world.ts';

const { handshake, application_data } = contentTypes;
const later = { ...door, when: 'later' } as const;

/** Answers once it knows who asks, about each of these; notes what it heard of the client. */
const askingWho = (...abouts: readonly string[]) =>
  function* (): Protocol<void> {
    let waiting = abouts.length;
    let asked = false;
    for (;;) {
      const received = yield* receive();
      if ('end' in received) break;
      if (received.news) {
        waiting--;
        const { about, chain: shown } = received.news;
        yield* tell({
          what: 'note',
          text: `${about}: ${shown.length ? 'somebody' : 'nobody'}`,
          holds: shown[0] ?? none,
        });
        if (!waiting) yield* send(Buffer.from(reply));
      } else if (received.bytes.length && !asked) {
        asked = true;
        for (const about of abouts) yield* wishFor({ wish: 'clientCertificate', about });
      }
    }
    yield* close();
  };
const none = new Uint8Array(0);
/** Asks, and closes when it has its answer. */
function* patient(): Protocol<void> {
  yield* send(Buffer.from(question));
  let left = reply.length;
  while (left > 0) {
    const received = yield* receive();
    if ('end' in received) break;
    left -= received.bytes.length;
  }
  yield* close();
  while (!('end' in (yield* receive())));
}
const setupOf = (more: PairSetup = {}, ...abouts: readonly string[]): PairSetup => ({
  asking: patient,
  answering: askingWho(...(abouts.length ? abouts : ['the parcel'])),
  ...more,
  client: { identity: alice, postHandshakeAuth: true, ...more.client },
  server: { clientCertificates: later, ...more.server },
});
const notesOf = (events: readonly Event[]) => findAll(events, 'server', 'note').map(({ text }) => text);
const heard = (events: readonly Event[]) =>
  findAll(events, 'server', 'note').flatMap(({ holds }) => (holds?.length ? [hex(holds)] : []));
const messagesTo = (events: readonly Event[], side: Side) =>
  findAll(events, side, 'message').filter(({ direction }) => direction === 'received');
const served = (events: readonly Event[]): void => {
  for (const side of ['client', 'server']) expect(alertsFrom(events, side)).toEqual(['close_notify']);
  expect(dataTo(events, 'client')).toBe(reply);
};
const bytesOf = (events: readonly Event[], name: string) =>
  findAll(events, 'client', 'message').flatMap((one) => (one.name === name ? [one.bytes] : []));
const contextsOf = (events: readonly Event[]) =>
  bytesOf(events, 'CertificateRequest').map((bytes) => hex(decodeCertificateRequest(bytes).context));
/** Each request is answered as this list says. */
const inTurn = (...answers: readonly ('now' | 'later')[]) => {
  let next = 0;
  return () => ({ require: 'all', answer: answers[next++] ?? 'now' });
};

describe('a client that offered it', () => {
  it('shows who it is when it is asked, and the application of the server hears of it', () => {
    const events = exchangeOf(setupOf());
    served(events);
    expect(notesOf(events)).toEqual(['the parcel: somebody']);
    expect(heard(events)).toEqual([hex(chain[0] ?? none)]);
    expect(messagesTo(events, 'server').map(({ name }) => name)).toEqual(
      ['ClientHello', 'Finished'].concat(['Certificate', 'CertificateVerify', 'Finished']),
    );
    const sent = findAll(events, 'client', 'record').filter(({ direction }) => direction === 'sent');
    expect(sent.slice(-5).map(({ name, sealedBy }) => `${name}, ${sealedBy}`)).toEqual(
      ['application data', 'Certificate', 'CertificateVerify', 'Finished', 'alert: close_notify'].map(
        (name) => `${name}, client application`,
      ),
    );
  });
  it('says so in an empty extension of its hello', () => {
    const [hello] = findAll(exchangeOf(setupOf()), 'client', 'message');
    const extensions = hello?.fields[1]?.children?.find(({ name }) => name === 'extensions')?.children;
    expect(extensions?.find(({ name }) => name === 'post_handshake_auth')).toMatchObject({ length: 4 });
  });
  it('signs and seals over the handshake and the one request, under the key in force (the table of 4.4)', () => {
    const rekeyed = function* (): Protocol<void> {
      yield* send(Buffer.from(question));
      yield* wishFor({ wish: 'keyUpdate', requested: false });
      yield* patient();
    };
    for (const [asking, label] of [
      [patient, 'CLIENT_TRAFFIC_SECRET_0'],
      [rekeyed, 'CLIENT_TRAFFIC_SECRET_1'],
    ] as const) {
      const events = exchangeOf(setupOf({ asking }, 'one', 'two'));
      const all = findAll(events, 'client', 'message').filter(({ name }) => name !== 'KeyUpdate');
      const end = all.findIndex(({ name, direction }) => name === 'Finished' && direction === 'sent');
      const secret = findAll(events, 'client', 'secret').find((one) => one.label === label)?.value ?? none;
      const finishedKey = expand(secret, 'finished');
      const past = all.slice(0, end + 1).map(({ bytes }) => bytes);
      const [first, second] = [all.slice(end + 1, end + 5), all.slice(end + 5)];
      for (const round of [first, second]) {
        expect(round.map(({ name }) => name)).toEqual(
          ['CertificateRequest', 'Certificate', 'CertificateVerify', 'Finished'].slice(0, round.length),
        );
        const messages = [...past, ...round.slice(0, 3).map(({ bytes }) => bytes)];
        const hash = createHash('sha256').update(Buffer.concat(messages)).digest();
        const verifyData = createHmac('sha256', finishedKey).update(hash).digest();
        expect(hex(round[3]?.bytes ?? none)).toBe(hex(encodeFinished({ verifyData }).bytes));
      }
    }
  });
  it('says so where it has none, or shows none: it is served where one is optional, and refused where not', () => {
    for (const more of [
      { client: { identity: undefined } },
      { answers: { 'client.sendCertificate': { certificate: 'none' } } },
    ] as const) {
      const taken = exchangeOf(
        setupOf({ ...more, server: { clientCertificates: { ...later, optional: true } } } as PairSetup),
      );
      served(taken);
      expect(notesOf(taken)).toEqual(['the parcel: nobody']);
      expect(
        messagesTo(taken, 'server')
          .slice(-2)
          .map(({ name }) => name),
      ).toEqual(['Certificate', 'Finished']);
      const refused = exchangeOf(setupOf(more as PairSetup));
      expect(alertsFrom(refused, 'server')).toEqual(['certificate_required']);
      expect(dataTo(refused, 'client')).toBe('');
    }
  });
  it('may answer by another order, and each answer finds its question', () => {
    const answers = { 'client.onCertificateRequest': inTurn('later', 'now', 'later', 'now') };
    const asking = function* (): Protocol<void> {
      yield* send(Buffer.from('hello '));
      yield* receive();
      yield* patient();
    };
    const greeting = function* (): Protocol<void> {
      yield* receive();
      for (const about of ['a', 'b', 'c', 'd']) yield* wishFor({ wish: 'clientCertificate', about });
      yield* send(Buffer.from('who are you?'));
      for (let left = 5; left > 0; ) {
        const received = yield* receive();
        if ('end' in received) return;
        if (received.news)
          yield* tell({ what: 'note', text: received.news.about, holds: received.news.chain[0] ?? none });
        left -= received.news || received.bytes.length ? 1 : 0;
      }
      yield* send(Buffer.from(reply));
      while (!('end' in (yield* receive())));
      yield* close();
    };
    const events = exchangeOf(setupOf({ answers, asking, answering: greeting }));
    expect(alertsFrom(events, 'server')).toEqual(['close_notify']);
    expect(notesOf(events)).toEqual(['b', 'd', 'a', 'c']);
    expect(heard(events)).toHaveLength(4);
  });
  it('answers what waits before it closes', () => {
    const answers = { 'client.onCertificateRequest': { answer: 'later' } };
    const asking = function* (): Protocol<void> {
      yield* send(Buffer.from(question));
      yield* receive();
      yield* close();
      while (!('end' in (yield* receive())));
    };
    const impatient = function* (): Protocol<void> {
      yield* receive();
      yield* wishFor({ wish: 'clientCertificate', about: 'x' });
      yield* send(Buffer.from('so?'));
      for (;;) {
        const received = yield* receive();
        if ('end' in received) break;
        if (received.news) yield* tell({ what: 'note', text: `x: ${received.news.chain.length}` });
      }
      yield* close();
    };
    const events = exchangeOf(setupOf({ answers, asking, answering: impatient }));
    expect(notesOf(events)).toEqual(['x: 1']);
    const [last] = findAll(events, 'client', 'record')
      .filter(({ direction }) => direction === 'sent')
      .slice(-2);
    expect(last?.name).toBe('Finished');
  });
  it('is asked in a connection that goes on with an earlier session, too (4.3.2)', () => {
    const tickets = { ...sealedWith(Buffer.alloc(32, 1)), now: () => 1000 };
    const sessions: NonNullable<NonNullable<PairSetup['client']>['session']>[] = [];
    exchangeOf({
      server: { tickets },
      client: { keepSession: (session) => sessions.push(session), now: () => 1000 },
    });
    const [session] = sessions;
    if (!session) throw new Error('no ticket came');
    const events = exchangeOf(setupOf({ server: { tickets }, client: { session, now: () => 1500 } }));
    served(events);
    expect(messagesTo(events, 'client').map(({ name }) => name)).not.toContain('CertificateVerify');
    expect(notesOf(events)).toEqual(['the parcel: somebody']);
  });
});

/** HKDF-Expand-Label of SHA-256 with an empty context, written anew (7.1). */
function expand(secret: Uint8Array, label: string): Uint8Array {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.of(0, 32, name.length), name, Buffer.of(0, 1)]);
  return createHmac('sha256', secret).update(info).digest();
}

describe('a client that did not offer it', () => {
  const plain = setupOf({ client: { postHandshakeAuth: false } });
  it('is not asked, and the application hears of nobody', () => {
    const events = exchangeOf(plain);
    served(events);
    expect(notesOf(events)).toEqual(['the parcel: nobody']);
    expect(bytesOf(events, 'CertificateRequest')).toEqual([]);
  });
  it('refuses with unexpected_message when it is asked all the same, unless it does not care', () => {
    const answers = { 'server.requestLater': { request: true } };
    expect(alertsFrom(exchangeOf({ ...plain, answers }), 'client')).toEqual(['unexpected_message']);
    const careless = { ...answers, 'client.onCertificateRequest': { require: ['fresh'] } };
    served(exchangeOf({ ...plain, answers: careless }));
  });
});

describe('the context of a request', () => {
  const three = (context: string, more: Readonly<Record<string, unknown>> = {}) =>
    exchangeOf(setupOf({ answers: { 'server.requestLater': { request: true, context }, ...more } }, 'a', 'b', 'c'));
  it('is drawn anew each time, unless the server counts', () => {
    const drawn = contextsOf(exchangeOf(setupOf({}, 'a', 'b', 'c')));
    expect(new Set(drawn).size).toBe(3);
    for (const context of drawn) expect(context).toMatch(/^[0-9a-f]{64}$/);
    expect(contextsOf(three('count'))).toEqual(['00', '01', '02']);
    served(three('count'));
  });
  it('that came before is refused with illegal_parameter; whoever does not look gives the same proof again (4.3.2)', () => {
    const events = three('same');
    expect(alertsFrom(events, 'client')).toEqual(['illegal_parameter']);
    const careless = three('same', { 'client.onCertificateRequest': { require: ['offer'] } });
    served(careless);
    const proofs = bytesOf(careless, 'CertificateVerify').slice(1).map(hex);
    expect(proofs).toHaveLength(3);
    expect(new Set(proofs).size).toBe(1);
    expect(new Set(bytesOf(three('count'), 'CertificateVerify').map(hex)).size).toBe(4);
  });
  it('may not be the empty one of a request in the handshake', () => {
    const both = setupOf({ server: { clientCertificates: door } });
    served(exchangeOf(both));
    const talk = insider(both);
    const items = talk.itemsOf('server');
    const place = items.findLastIndex(({ content }) => content[0] === handshakeTypes.certificate_request);
    const asked = decodeCertificateRequest(items[place]?.content ?? none);
    const empty = encodeCertificateRequest({ ...asked, context: none }).bytes;
    const events = talk.against(
      'client',
      items.map((item, index) => (index === place ? { ...item, content: empty } : item)),
    );
    expect(alertsFrom(events, 'client')).toEqual(['illegal_parameter']);
  });
});

describe('a server that asks', () => {
  const usual = insider(setupOf({}, 'a', 'b'));
  const items = usual.itemsOf('client');
  // ClientHello, Finished, data, and two answers of three messages.
  const [first, verify, finished, second] = [3, 4, 5, 6];
  const at = (place: number) => items[place] as Item;
  const sealed = (content: Uint8Array, type: number = handshake): Item => ({
    key: 'client application',
    type,
    content,
  });
  const say = (...said: readonly Item[]) => usual.against('server', said);
  const alerts = (said: readonly Item[]) => alertsFrom(say(...said), 'server');
  const instead = (place: number, content: Uint8Array) =>
    items.map((item, index) => (index === place ? { ...item, content } : item));
  const inFrontOf = (place: number, ...more: readonly Item[]) => [
    ...items.slice(0, place),
    ...more,
    ...items.slice(place),
  ];
  const without = (...places: readonly number[]) => items.filter((_item, index) => !places.includes(index));
  const [leaf = none] = chain;
  const shown = (context: Uint8Array, extensions: readonly Extension[] = []) =>
    encodeCertificate({ context, entries: [{ certificate: leaf, extensions }] }).bytes;
  const context = at(first).content.subarray(5, 37);
  const { scheme, signature } = decodeCertificateVerify(at(verify).content);
  const update = sealed(encodeKeyUpdate({ requested: false }).bytes);

  it('hears of the client twice when nothing was changed', () => {
    expect(items.map(({ content }) => content[0]).slice(first, first + 6)).toEqual([11, 15, 20, 11, 15, 20]);
    const events = say(...items);
    expect(notesOf(events)).toEqual(['a: somebody', 'b: somebody']);
  });
  it.each<readonly [string, readonly Item[], string]>([
    [
      'an answer to a question that was never asked (4.4.2)',
      instead(first, shown(Buffer.alloc(32, 1))),
      'illegal_parameter',
    ],
    ['an answer with an empty context', instead(first, shown(none)), 'illegal_parameter'],
    ['the same answer again', inFrontOf(second, ...items.slice(first, second)), 'illegal_parameter'],
    ['a third answer to two questions (4)', inFrontOf(second + 3, ...items.slice(first, second)), 'unexpected_message'],
    ['an answer before any question (4)', [at(0), at(1), ...items.slice(first, second)], 'unexpected_message'],
    ['data within an answer (4.6.2)', inFrontOf(verify, sealed(Buffer.of(1), application_data)), 'unexpected_message'],
    [
      'data before the end of an answer',
      inFrontOf(finished, sealed(Buffer.of(1), application_data)),
      'unexpected_message',
    ],
    ['a KeyUpdate within an answer', inFrontOf(verify, update), 'unexpected_message'],
    ['a KeyUpdate before the end of an answer', inFrontOf(finished, update), 'unexpected_message'],
    ['an answer within an answer', inFrontOf(verify, ...items.slice(second, second + 3)), 'unexpected_message'],
    ['a certificate without a proof (4.4.3)', without(verify), 'unexpected_message'],
    ['a proof without a Finished (4.4)', without(finished), 'unexpected_message'],
    ['a proof without a certificate', without(first), 'unexpected_message'],
    ['a Finished alone', without(first, verify), 'unexpected_message'],
    [
      'a spoilt proof (4.4.3)',
      instead(verify, encodeCertificateVerify({ scheme, signature: signature.map((b) => b ^ 1) }).bytes),
      'decrypt_error',
    ],
    ['the proof of the other answer', instead(verify, at(second + 1).content), 'decrypt_error'],
    [
      'a scheme that it did not name (4.4.3)',
      instead(verify, encodeCertificateVerify({ scheme: 0x0401, signature }).bytes),
      'illegal_parameter',
    ],
    ['the Finished of the other answer (4.4.4)', instead(finished, at(second + 2).content), 'decrypt_error'],
    ['the Finished of the handshake', instead(finished, at(1).content), 'decrypt_error'],
    ['a short Finished', instead(finished, encodeFinished({ verifyData: Buffer.alloc(31) }).bytes), 'decode_error'],
    [
      'what it did not ask for beside the certificate (4.4.2)',
      instead(first, shown(context, [{ name: 'other', type: extensionTypes.status_request, body: none }])),
      'unsupported_extension',
    ],
    [
      'a certificate that is none',
      instead(
        first,
        encodeCertificate({ context, entries: [{ certificate: Buffer.from('alice'), extensions: [] }] }).bytes,
      ),
      'bad_certificate',
    ],
    [
      'a question in return (4.6.2)',
      inFrontOf(first, sealed(encodeCertificateRequest({ context, extensions: [] }).bytes)),
      'unexpected_message',
    ],
  ])('refuses %s', (_what, said, alert) => {
    expect(alerts(said)).toEqual([alert]);
  });
  it('waits: data and new keys may come between a question and its answer', () => {
    const answer = items.slice(first);
    const more = sealed(Buffer.from(' And when?'), application_data);
    const events = say(...items.slice(0, first), more, more, ...answer);
    expect(notesOf(events)).toEqual(['a: somebody', 'b: somebody']);
    expect(dataTo(events, 'server')).toBe(`${question} And when? And when?`);
  });
  it('takes the answers by any order', () => {
    const events = say(
      ...items.slice(0, first),
      ...items.slice(second, second + 3),
      ...items.slice(first, second),
      ...items.slice(second + 3),
    );
    expect(notesOf(events)).toEqual(['b: somebody', 'a: somebody']);
  });
  it('takes the same words in any records', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(60), regrouping), { maxLength: 8 }), (changes) => {
        const events = say(...changedBy(items, changes));
        expect(alertsFrom(events, 'server')).toEqual(['close_notify']);
        expect(notesOf(events)).toEqual(['a: somebody', 'b: somebody']);
      }),
      { numRuns: 100 },
    );
  });
  it('never hears of anybody but by a whole answer, and says why at most once', () => {
    const met = new Set<string>();
    const whole = (said: readonly Item[]) => said.map(({ type, content }) => `${type} ${hex(content)}`).join();
    const words = [items.slice(first, second), items.slice(second, second + 3)].map(whole);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(60), spoiling), { minLength: 1, maxLength: 3 }), (changes) => {
        const spoilt = changedBy(items, changes);
        const events = say(...spoilt);
        const told = alertsFrom(events, 'server').filter((alert) => alert !== 'close_notify');
        expect(told.length).toBeLessThanOrEqual(1);
        for (const alert of told) met.add(alert);
        for (const one of heard(events)) expect(one).toBe(hex(leaf));
        const complete = words.filter((answer) => whole(spoilt).includes(answer)).length;
        expect(heard(events).length).toBeLessThanOrEqual(complete);
      }),
      { numRuns: 500, seed: 7 },
    );
    expect([...met].sort()).toEqual(
      expect.arrayContaining([
        'bad_certificate',
        'decode_error',
        'decrypt_error',
        'illegal_parameter',
        'unexpected_message',
      ]),
    );
  });
  it('refuses a hello in which the offer says something (4.2.6)', () => {
    const arrange = (extensions: readonly Extension[]): readonly Extension[] => [
      { name: 'other', type: extensionTypes.post_handshake_auth, body: Buffer.of(9) },
      ...extensions,
    ];
    expect(alertsFrom(exchangeOf({ client: { arrange } }), 'server')).toEqual(['decode_error']);
  });
});

describe('a client wants a server that', () => {
  const usual = insider(setupOf());
  const items = usual.itemsOf('server');
  const place = items.findIndex(({ content }) => content[0] === handshakeTypes.certificate_request);
  const asked = decodeCertificateRequest(items[place]?.content ?? none);
  const sealed = (content: Uint8Array): Item => ({ ...(items[place] as Item), content });
  const say = (content: Uint8Array, where = place) =>
    usual.against(
      'client',
      items.map((item, index) => (index === where ? { ...item, content } : item)),
    );
  it.each([
    ['says which signatures it checks (4.3.2)', { ...asked, extensions: [] }, 'missing_extension'],
    [
      'names somebody where it names authorities (4.2.4)',
      {
        ...asked,
        extensions: [...asked.extensions.slice(0, 1), { name: 'certificate_authorities', authorities: [] } as const],
      },
      'decode_error',
    ],
  ])('%s', (_rule, request, alert) => {
    expect(alertsFrom(say(encodeCertificateRequest(request).bytes), 'client')).toEqual([alert]);
  });
  it('does not ask twice with one context (4.3.2)', () => {
    const twice = [...items.slice(0, place + 1), items[place] as Item, ...items.slice(place + 1)];
    expect(alertsFrom(usual.against('client', twice), 'client')).toEqual(['illegal_parameter']);
  });
  it('does not send the extension itself (4.2.6)', () => {
    const own = encodeEncryptedExtensions({
      extensions: [{ name: 'other', type: extensionTypes.post_handshake_auth, body: none }],
    });
    expect(alertsFrom(say(own.bytes, 1), 'client')).toEqual(['illegal_parameter']);
    const plain = insider();
    const talk = plain.itemsOf('server').map((item, index) => (index === 1 ? { ...item, content: own.bytes } : item));
    expect(alertsFrom(plain.against('client', talk), 'client')).toEqual(['unsupported_extension']);
  });
  it('may ask at any time, with new keys, tickets and data in between, and many at once', () => {
    const request = (n: number) => sealed(encodeCertificateRequest({ ...asked, context: Buffer.of(1, n) }).bytes);
    const ticket = encodeNewSessionTicket({
      lifetime: 9,
      ageAdd: 1,
      nonce: none,
      ticket: Buffer.of(1),
      extensions: [],
    }).bytes;
    const joined = sealed(Buffer.concat([request(3).content, ticket, request(4).content]));
    const data: Item = { ...(items[place] as Item), type: application_data, content: Buffer.from('A star') };
    const events = usual.against('client', [
      ...items.slice(0, place),
      ...[request(0), data, request(1), sealed(ticket), request(2), data, joined],
    ]);
    const sent = findAll(events, 'client', 'message').filter(({ direction }) => direction === 'sent');
    expect(sent.map(({ name }) => name)).toEqual([
      'ClientHello',
      'Finished',
      ...Array.from({ length: 5 }, () => ['Certificate', 'CertificateVerify', 'Finished']).flat(),
    ]);
  });
  it('may add GREASE and what is unknown to its question (RFC 8701 4)', () => {
    const extensions = [...asked.extensions, { name: 'other', type: 0x2a2a, body: Buffer.of(1) } as const];
    const events = say(encodeCertificateRequest({ ...asked, extensions }).bytes);
    expect(alertsFrom(events, 'client')).toEqual(['close_notify']);
    expect(bytesOf(events, 'CertificateVerify')).toHaveLength(2);
  });
  it('has asked whenever an answer goes out, whatever else it says', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(60), fc.oneof(spoiling, regrouping)), { minLength: 1, maxLength: 3 }),
        (changes) => {
          const events = usual.against('client', changedBy(items, changes));
          const told = alertsFrom(events, 'client').filter((alert) => alert !== 'close_notify');
          expect(told.length).toBeLessThanOrEqual(1);
          const requests = messagesTo(events, 'client').filter(({ name }) => name === 'CertificateRequest').length;
          const answers = findAll(events, 'client', 'message').filter(
            ({ name, direction }) => name === 'Certificate' && direction === 'sent',
          ).length;
          expect(answers).toBeLessThanOrEqual(requests);
        },
      ),
      { numRuns: 300, seed: 3 },
    );
  });
});
