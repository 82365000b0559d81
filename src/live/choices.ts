// The decisions of a live connection in words: the situation, and the answers from which a person may choose.
import type { Finding } from '../tls/client.ts';
import type { Question } from '../tls/effects.ts';
import { groupName, suiteName, suites, versionName } from '../tls/registry.ts';

export interface Choice {
  readonly label: string;
  readonly answer: unknown;
}
export interface Asking {
  /** The situation and the question, in one or two sentences. */
  readonly says: string;
  /** Two to four; the first is what a correct implementation does. */
  readonly choices: readonly Choice[];
}

/** Nothing where a decision leaves a person no choice worth asking for: then the rule's answer is taken. */
export function askingFor({ point, situation }: Question, rule: unknown): Asking | undefined {
  const words = Object.hasOwn(points, point) ? points[point] : undefined;
  if (!words) return undefined;
  // Each entry knows the situation of its own point.
  const { says, ruled, others } = words(situation as never, rule as never);
  const different = others.filter(({ answer }) => JSON.stringify(answer) !== JSON.stringify(rule));
  return different.length ? { says, choices: [{ label: ruled, answer: rule }, ...different.slice(0, 3)] } : undefined;
}

interface Words {
  readonly says: string;
  /** What the answer of the rule does. */
  readonly ruled: string;
  readonly others: readonly Choice[];
}

const list = (numbers: readonly number[], name: (number: number) => string): string =>
  numbers.map(name).join(', ') || 'none';
const version = { recordVersion: 0x0301, legacyVersion: 0x0303 };

const endOfStream = (): Words => ({
  says: 'The connection ended, and no close_notify came. What came may have been cut. What now?',
  ruled: 'Believe nothing that was not whole',
  others: [{ label: 'Take it as it is', answer: { require: 'nothing' } }],
});
const endSending = (): Words => ({
  says: 'There is nothing more to send. How does this end?',
  ruled: 'Say close_notify, then close',
  others: [{ label: 'Close the connection without a word', answer: { how: 'close' } }],
});
const inTheClear = ({ name }: { readonly name: string }): Words => ({
  says: `A record came in the clear (${name}), where only sealed ones belong. What now?`,
  ruled: 'Refuse it: anybody on the way can have written it',
  others: [
    { label: 'Take it as if it had been sealed', answer: { reply: 'accept' } },
    { label: 'Pass over it and go on', answer: { reply: 'skip' } },
  ],
});
const finished = ({ holds }: { readonly holds: boolean }): Words => ({
  says: `The Finished of the other side ${holds ? 'is' : 'is NOT'} over the messages that you saw. What does your side require?`,
  ruled: 'That it is: otherwise somebody changed the handshake',
  others: [{ label: 'Nothing: go on in any case', answer: { require: 'nothing' } }],
});

const points: Readonly<Record<string, (situation: never, rule: never) => Words>> = {
  'client.offerVersions': ({ reference }: { readonly reference: readonly number[] }): Words => ({
    says: 'Your ClientHello comes first. Which versions do you offer?',
    ruled: `${list(reference, versionName)} alone`,
    others: [
      { label: 'TLS 1.3, and TLS 1.2 for an old server', answer: { ...version, list: [0x0304, 0x0303] } },
      { label: 'TLS 1.2 alone', answer: { ...version, list: [0x0303] } },
      { label: 'None: an old hello without supported_versions', answer: { ...version, list: null } },
    ],
  }),
  'client.offerSuites': ({ reference }: { readonly reference: readonly number[] }): Words => ({
    says: 'Which cipher suites do you offer?',
    ruled: `All that you know: ${list(reference, suiteName)}`,
    others: [
      { label: 'TLS_CHACHA20_POLY1305_SHA256 alone', answer: { suites: [suites.TLS_CHACHA20_POLY1305_SHA256] } },
      { label: 'TLS_AES_256_GCM_SHA384 alone', answer: { suites: [suites.TLS_AES_256_GCM_SHA384] } },
      {
        label: 'A suite of TLS 1.2 alone: TLS_RSA_WITH_AES_128_GCM_SHA256',
        answer: { suites: [suites.TLS_RSA_WITH_AES_128_GCM_SHA256] },
      },
    ],
  }),
  'client.offerKeys': ({
    groups,
    shares,
  }: {
    readonly groups: readonly number[];
    readonly shares: readonly number[];
  }): Words => ({
    says: `You can exchange keys with ${list(groups, groupName)}. Of which do you send a share at once?`,
    ruled: list(shares, groupName),
    others: [
      { label: 'Of none: the server shall ask for one (it costs a round trip)', answer: { groups, shares: [] } },
      ...groups
        .slice(-1)
        .map((group) => ({ label: `${groupName(group)} alone`, answer: { groups: [group], shares: [group] } })),
      { label: 'Of all', answer: { groups, shares: groups } },
    ],
  }),
  'client.serverName': ({ host }: { readonly host: string }, { name }: { readonly name: string | null }): Words => ({
    says: `Do you name the site that you want (server_name)? Whoever listens can read it.`,
    ruled: name === null ? `No: ${host} is an address, and addresses are not sent` : `Yes: ${name}`,
    others:
      name === null
        ? []
        : [
            { label: 'No name: the server shows what it shows to anybody', answer: { name: null } },
            { label: 'Another one: other.example', answer: { name: 'other.example' } },
          ],
  }),
  'client.acceptChain': ({ findings }: { readonly findings: readonly Finding[] }): Words => ({
    says: `The server showed its certificates. ${findings.map(({ name, holds, says }) => `${name}: ${holds ? 'good' : 'BAD'}, ${says}`).join('; ')}. What do you require?`,
    ruled: 'All of it',
    others: [
      { label: 'Path and dates; the name may be another', answer: { require: ['path', 'dates'], stop: false } },
      { label: 'Nothing: go on in any case', answer: { require: [], stop: false } },
      { label: 'Stop here, whatever the checks say', answer: { require: 'all', stop: true } },
    ],
  }),
  'client.onCertificateVerify': ({ holds }: { readonly holds: boolean }): Words => ({
    says: `The server signed the handshake, and the signature ${holds ? 'is' : 'is NOT'} by the key in its certificate. What do you require?`,
    ruled: 'That it is: a certificate alone can be copied',
    others: [{ label: 'Nothing: go on in any case', answer: { require: 'nothing' } }],
  }),
  'client.onFinished': finished,
  'client.onRecord': inTheClear,
  'client.onEndOfStream': endOfStream,
  'client.endSending': endSending,
  'server.selectVersion': ({ offered }: { readonly offered: readonly number[] }): Words => ({
    says: `A client calls, and offers ${list(offered, versionName)}. Which version do you choose?`,
    ruled: 'TLS 1.3',
    others: [{ label: 'TLS 1.2, as an old server says it', answer: { legacyVersion: 0x0303, extension: null } }],
  }),
  'server.selectSuite': (
    { offered, supported }: { readonly offered: readonly number[]; readonly supported: readonly number[] },
    { suite: ruled }: { readonly suite: number | null },
  ): Words => {
    const common = supported.filter((suite) => offered.includes(suite) && suite !== ruled);
    const strange = Object.values(suites).find((suite) => !offered.includes(suite));
    return {
      says: `It offers the suites ${list(offered, suiteName)}. Which one do you choose?`,
      ruled: ruled === null ? 'None: you have none of them' : suiteName(ruled),
      others: [
        ...common.map((suite) => ({ label: suiteName(suite), answer: { suite } })),
        ...(strange === undefined
          ? []
          : [{ label: `One that it did not offer: ${suiteName(strange)}`, answer: { suite: strange } }]),
      ],
    };
  },
  'server.selectShare': (
    {
      supported,
      offered,
      shares,
    }: {
      readonly supported: readonly number[];
      readonly offered: readonly number[];
      readonly shares: readonly number[];
    },
    rule: { readonly group: number } | { readonly retry: number } | null,
  ): Words => {
    const group = rule && 'group' in rule ? rule.group : undefined;
    const retry = supported.find((one) => offered.includes(one) && !shares.includes(one));
    return {
      says: `It sent shares of ${list(shares, groupName)}, and could use ${list(offered, groupName)}. What do you answer with?`,
      ruled:
        rule === null
          ? 'Nothing fits: end it'
          : 'group' in rule
            ? `A fresh share of ${groupName(rule.group)}`
            : `A HelloRetryRequest for ${groupName(rule.retry)}`,
      others: [
        ...(retry === undefined ? [] : [{ label: `A HelloRetryRequest for ${groupName(retry)}`, answer: { retry } }]),
        ...(group === undefined ? [] : [{ label: 'Its own share, sent back', answer: { group, source: 'echo' } }]),
      ],
    };
  },
  'server.onFinished': finished,
  'server.onRecord': inTheClear,
  'server.onEndOfStream': endOfStream,
  'server.endSending': endSending,
};
