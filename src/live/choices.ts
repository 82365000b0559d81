// The decisions of a live connection in words: the situation, and the answers from which a person may choose.
import type { Finding } from '../tls/client.ts';
import type { Question } from '../tls/effects.ts';
import { groupName, groups, suiteName, suites, versionName, versions } from '../tls/registry.ts';
import { suite12Of } from '../tls/v12/suites12.ts';

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

/** By name; of those without a name here, only how many they are. */
function list(numbers: readonly number[], name: (number: number) => string): string {
  const names = numbers.map(name).filter((one) => !/^(?:GREASE )?0x/.test(one));
  const others = numbers.length - names.length;
  return (
    [...names, ...(others ? [`${others} ${names.length ? 'more' : ''} that this game does not know`] : [])]
      .join(', ')
      .replace('  ', ' ') || 'none'
  );
}
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
  says: `The other side sent Finished: a check value over all messages so far, made with the new keys. It ${holds ? 'fits' : 'does NOT fit'} the messages that you saw. What do you require?`,
  ruled: 'That it fits: otherwise somebody changed the handshake',
  others: [{ label: 'Nothing: go on in any case', answer: { require: 'nothing' } }],
});

const points: Readonly<Record<string, (situation: never, rule: never) => Words>> = {
  'client.offerVersions': ({ reference }: { readonly reference: readonly number[] }): Words => ({
    says: 'Your ClientHello comes first: it says all that you can do. Which versions of TLS do you offer?',
    ruled: `${list(reference, versionName)}: an old server takes the second`,
    others: [
      { label: 'TLS 1.3 alone', answer: { ...version, list: [versions['TLS 1.3']] } },
      { label: 'TLS 1.2 alone', answer: { ...version, list: [versions['TLS 1.2']] } },
      { label: 'None: an old hello without supported_versions', answer: { ...version, list: null } },
    ],
  }),
  'client.offerSuites': ({ reference }: { readonly reference: readonly number[] }): Words => ({
    says: 'Which cipher suites do you offer? A suite names how records are sealed; one of TLS 1.2 also how the keys are made.',
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
    groups: own,
    shares,
  }: {
    readonly groups: readonly number[];
    readonly shares: readonly number[];
  }): Words => ({
    says: `The keys come from a secret that both sides make together: each sends its half, a share. You can do so with ${list(own, groupName)}. ${own.includes(groups.X25519MLKEM768) ? 'The first is x25519 joined with ML-KEM, which is made to withstand quantum computers. ' : ''}Which shares do you send at once?`,
    ruled: list(shares, groupName),
    others: [
      { label: 'Of none: the server shall ask for one (it costs a round trip)', answer: { groups: own, shares: [] } },
      { label: 'x25519 alone', answer: { groups: [groups.x25519], shares: [groups.x25519] } },
      { label: 'Of all', answer: { groups: own, shares: own } },
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
  'client.extendedMasterSecret': (): Words => ({
    says: 'The server chose a TLS older than 1.3. With extended_master_secret the keys depend on every message so far; without it, on the secret and two random values alone. What do you require?',
    ruled: 'Neither: a server that lacks it is taken too',
    others: [{ label: 'extended_master_secret, or you leave', answer: { offer: true, require: true } }],
  }),
  'client.onServerHello': ({ suite, marker }: { readonly suite: number; readonly marker: boolean }): Words => {
    const locked = suite12Of(suite)?.exchange === 'RSA';
    const chosen = `The server chose TLS 1.2 with ${suiteName(suite)}.`;
    return marker
      ? {
          says: `${chosen} But the end of its random value says that it speaks TLS 1.3, which you offered: somebody changed your hello on its way. What now?`,
          ruled: 'Stop: you would speak the older version only because somebody wants it',
          others: [{ label: 'Go on in TLS 1.2', answer: { onMarker: 'ignore', stop: false } }],
        }
      : {
          says: `${chosen}${locked ? ' With it you send the secret, locked with the key in its certificate: whoever steals that key later can read all of this.' : ''} What now?`,
          ruled: 'Go on: it speaks nothing newer with you',
          others: [{ label: 'Stop: that is too old', answer: { onMarker: 'illegal_parameter', stop: true } }],
        };
  },
  'client.onServerKeyExchange': ({ holds }: { readonly holds: boolean }): Words => ({
    says: `The server sent its half of the key exchange. The signature on it ${holds ? 'is' : 'is NOT'} by the key in its certificate. What do you require?`,
    ruled: 'That it is: otherwise the half can be that of anybody on the way',
    others: [{ label: 'Nothing: go on in any case', answer: { require: 'nothing' } }],
  }),
  'client.premaster': ({ version: offered }: { readonly version: number }): Words => ({
    says: 'In this suite you make up the secret, and lock it with the key in the certificate. What is the secret?',
    ruled: 'The version that you offered, and 46 fresh random bytes',
    others: [
      {
        label: 'The version, and 46 zero bytes: anybody can guess them',
        answer: { secret: `${offered.toString(16).padStart(4, '0')}${'00'.repeat(46)}` },
      },
    ],
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
    const in12 = !supported.some((suite) => suite12Of(suite) === undefined);
    const strange = Object.values(suites).find((suite) => !offered.includes(suite) && !suite12Of(suite) !== in12);
    return {
      says: `${in12 ? 'A client calls that speaks TLS 1.2 at most.' : ''} It offers the suites ${list(offered, suiteName)}. Which one do you choose?`,
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
  'server.downgradeMarker': (): Words => ({
    says: 'You speak TLS 1.3, but not with this client. Do you say so at the end of your random value? A client that speaks TLS 1.3 as well then sees that somebody changed its hello.',
    ruled: 'Yes: the letters DOWNGRD and a 1',
    others: [{ label: 'No: it is all random', answer: { write: false } }],
  }),
  'server.extendedMasterSecret': ({ offered }: { readonly offered: boolean }): Words =>
    offered
      ? {
          says: 'The client knows extended_master_secret: the keys then depend on every message so far, not on the secret and two random values alone. Do you do so?',
          ruled: 'Yes: no two connections can then be made to have the same keys',
          others: [{ label: 'No: the old way', answer: { answer: false, require: false } }],
        }
      : {
          says: 'The client does not know extended_master_secret, with which the keys depend on every message so far. What now?',
          ruled: 'Go on without: it is old',
          others: [{ label: 'Refuse it', answer: { answer: true, require: true } }],
        },
  'server.selectGroup': (
    { offered, supported }: { readonly offered: readonly number[]; readonly supported: readonly number[] },
    { group: ruled }: { readonly group: number | null },
  ): Words => ({
    says: `It can exchange keys with ${list(offered, groupName)}. Which one do you take?`,
    ruled: ruled === null ? 'None: you have none of them' : groupName(ruled),
    others: supported
      .filter((group) => group !== ruled)
      .map((group) => ({
        label: offered.includes(group) ? groupName(group) : `One that it did not offer: ${groupName(group)}`,
        answer: { group },
      })),
  }),
  'server.onFinished': finished,
  'server.onRecord': inTheClear,
  'server.onEndOfStream': endOfStream,
  'server.endSending': endSending,
};
