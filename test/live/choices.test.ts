// What a person may choose at each decision: the right answer first, all of them taken by the engine and played out.
import { describe, expect, it } from 'vitest';
import { askingFor } from '../../src/live/choices.ts';
import { type Event, run } from '../../src/scenarios/network.ts';
import type * as z from 'zod';
import { clientPoints } from '../../src/tls/client.ts';
import { close, type Protocol, type Question, receive, send, stack } from '../../src/tls/effects.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { groupsOfBrowsers, supportedGroups } from '../../src/tls/groups.ts';
import { suites } from '../../src/tls/registry.ts';
import { identity, serverPoints } from '../../src/tls/server.ts';
import { clientOfBoth } from '../../src/tls/v12/both.ts';
import { client12 } from '../../src/tls/v12/client.ts';
import { identity12 } from '../../src/tls/v12/identity12.ts';
import { client12Points, server12Points } from '../../src/tls/v12/points12.ts';
import { server12 } from '../../src/tls/v12/server.ts';
import { generateKeyPairSync } from 'node:crypto';
import { issue } from '../../src/pki/issue.ts';
import { rsa } from '../tls12/pair12.ts';

const key = generateKeyPairSync('ed25519').privateKey;
const certificate = issue({
  subject: 'localhost',
  issuer: 'localhost',
  key,
  issuerKey: key,
  serial: new Uint8Array(16),
  notBefore: new Date(0),
  notAfter: new Date(1),
});
/** The client asks and is done once it was answered; the server answers until there is no more. */
function* talk(first: boolean): Protocol<void> {
  if (first) {
    yield* send(Buffer.from('hello'));
    yield* receive();
    yield* close();
  }
  while (!('end' in (yield* receive()))) yield* send(Buffer.from('yes'));
  yield* close();
}
const findings = ['path', 'dates', 'name'].map((name) => ({
  name,
  holds: true,
  says: 'so it is',
  alert: 'unknown_ca' as const,
}));
const setup = {
  host: 'localhost',
  entropy: entropy('a'),
  judge: () => findings,
  groups: groupsOfBrowsers,
  shares: groupsOfBrowsers.slice(0, 2),
};
const own = {
  entropy: entropy('b'),
  identify: () => identity12([certificate], key),
  tls13: { entropy: entropy('b'), identify: () => identity([certificate], key), groups: groupsOfBrowsers },
};
const { tls13: _newer, ...old } = own;
const locking = {
  ...old,
  identify: () => identity12(rsa.chain, rsa.key),
  suites: [suites.TLS_RSA_WITH_AES_128_GCM_SHA256],
};
/** Who meets: what `live` and `serve` are, and what they call or are called by. */
const meetings = {
  'both of TLS 1.3': [() => clientOfBoth(setup), () => server12(own)],
  'a server of TLS 1.2': [() => clientOfBoth(setup), () => server12(old)],
  'a server to which the secret is sent': [() => clientOfBoth(setup), () => server12(locking)],
  'a client of TLS 1.2': [() => client12({ ...setup, groups: supportedGroups }), () => server12(own)],
} as const;
type Meeting = keyof typeof meetings;
const everyMeeting = Object.keys(meetings) as Meeting[];

/** Plays a connection; the question of that point is answered by `pick`, all others by their rules. */
const play = (meeting: Meeting, point: string, pick: (question: Question) => unknown): readonly Event[] => {
  const [one, other] = meetings[meeting];
  return run(
    [
      { name: 'client', protocol: stack(talk(true), one()) },
      { name: 'server', protocol: stack(talk(false), other()) },
    ],
    [
      {
        ends: [
          ['client', 'peer'],
          ['server', 'peer'],
        ],
      },
    ],
    ({ question }) => ({ answer: question.point === point ? pick(question) : question.reference() }),
  ).events;
};
const points = [clientPoints, serverPoints, client12Points, server12Points]
  .flatMap((all) => Object.values(all) as { readonly name: string; readonly schema: z.ZodType }[])
  .filter(({ name }, index, all) => all.findIndex((one) => one.name === name) === index);
const questionOf = (meeting: Meeting, point: string): Question | undefined => {
  let seen: Question | undefined;
  play(meeting, point, (question) => {
    seen ??= question;
    return question.reference();
  });
  return seen;
};
const asked = everyMeeting.flatMap((meeting) =>
  points.flatMap(({ name, schema }) => {
    const question = questionOf(meeting, name);
    const asking = question && askingFor(question, question.reference());
    return asking ? [{ meeting, name, schema, asking, rule: question.reference() }] : [];
  }),
);

describe('the decisions of a connection', () => {
  it('are put to a person, those that always come among them', () => {
    expect(asked.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        ...[
          'offerVersions',
          'offerSuites',
          'offerKeys',
          'serverName',
          'acceptChain',
          'onCertificateVerify',
          'onFinished',
        ].map((name) => `client.${name}`),
        ...['endSending', 'extendedMasterSecret', 'onServerHello', 'onServerKeyExchange', 'premaster'].map(
          (name) => `client.${name}`,
        ),
        ...[
          'selectVersion',
          'selectSuite',
          'selectShare',
          'onFinished',
          'endSending',
          'downgradeMarker',
          'extendedMasterSecret',
          'selectGroup',
        ].map((name) => `server.${name}`),
      ]),
    );
  });
  it.each(asked)(
    '$meeting, $name: the right answer is the first of two to four, and each is another',
    ({ asking, rule }) => {
      expect(asking.choices[0]?.answer).toEqual(rule);
      expect(asking.choices.length).toBeGreaterThanOrEqual(2);
      expect(asking.choices.length).toBeLessThanOrEqual(4);
      for (const by of ['label', 'answer'] as const)
        expect(new Set(asking.choices.map((choice) => JSON.stringify(choice[by]))).size).toBe(asking.choices.length);
      expect(asking.says).toMatch(/\?/);
    },
  );
  const cases = asked.flatMap(({ meeting, name, schema, asking }) =>
    asking.choices.map(({ label, answer }, index) => ({ meeting, name, label, answer, schema, index })),
  );
  it.each(cases)(
    '$meeting, $name: "$label" is taken and played to its end',
    ({ meeting, name, answer, schema, index }) => {
      expect(schema.safeParse(answer).success).toBe(true);
      const told = play(meeting, name, () => answer).map(({ what }) => what);
      if (index === 0) expect(told.filter((what) => what === 'agreed')).toHaveLength(2);
      expect(told.at(-1)).toBeDefined();
    },
  );
});

describe('rare decisions', () => {
  const rare = [
    ['client.onRecord', { type: 21, name: 'alert' }, { reply: 'alert' }],
    ['server.onRecord', { type: 21, name: 'alert' }, { reply: 'alert' }],
    ['client.onEndOfStream', { bytes: 3 }, { require: 'close_notify' }],
    ['server.onEndOfStream', { bytes: 3 }, { require: 'close_notify' }],
  ] as const;
  it.each(rare)('%s has answers that the engine takes', (name, situation, rule) => {
    const asking = askingFor({ point: name, situation, reference: () => rule }, rule);
    const point = points.find((one) => one.name === name);
    expect(asking?.choices.length).toBeGreaterThan(1);
    for (const { answer } of asking?.choices ?? []) expect(point?.schema.safeParse(answer).success).toBe(true);
  });
  it('that no words are for are not asked', () => {
    expect(askingFor({ point: 'client.somethingNew', situation: {}, reference: () => 1 }, 1)).toBeUndefined();
    expect(askingFor({ point: 'toString', situation: {}, reference: () => 1 }, 1)).toBeUndefined();
  });
  it('that leave no choice are not asked: an address is not sent as a name', () => {
    const question = {
      point: 'client.serverName',
      situation: { host: '127.0.0.1' },
      reference: () => ({ name: '127.0.0.1' }),
    };
    expect(askingFor(question, { name: null })).toBeUndefined();
  });
  it('say what does not hold', () => {
    const findings = [
      { name: 'name', holds: false, says: 'the certificate is not for localhost', alert: 'bad_certificate' },
    ];
    const rule = { require: 'all', stop: false };
    expect(
      askingFor(
        { point: 'client.acceptChain', situation: { host: 'localhost', findings }, reference: () => rule },
        rule,
      )?.says,
    ).toMatch(/name: BAD, the certificate is not for localhost/);
  });
});
