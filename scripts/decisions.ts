// docs/decisions.md: every decision point of the engine, from the points themselves; only the rules are put into words here.
import * as z from 'zod';
import { clientPoints } from '../src/tls/client.ts';
import type { DecisionPoint } from '../src/tls/effects.ts';
import { serverPoints } from '../src/tls/server.ts';
import { client12Points, server12Points } from '../src/tls/v12/points12.ts';

/** What a correct implementation does, by the name of the point. */
const rules: Readonly<Record<string, string>> = {
  'client.offerVersions': 'The versions it speaks, the newest first; the old fields say what they must say for ever.',
  'client.offerSuites': 'The suites it speaks, its favourite first.',
  'client.offerKeys': 'The groups it speaks, and a share of the first.',
  'client.serverName': 'The name that the user typed.',
  'client.offerSession': 'While the session lives, to the host it is of, and with a fresh key exchange.',
  'client.sendEarlyData': 'What the application gives for it, if the server takes as much.',
  'client.onEarlyRefused': 'It is sent again, now that the server has proven itself.',
  'client.acceptChain': 'Everything that was found about the chain must hold.',
  'client.onCertificateVerify': 'The signature must be by the key of the certificate, over this handshake.',
  'client.onFinished': 'The value must be that over the messages that were seen.',
  'client.sendCertificate': 'Its own, if it has one that the server can check; otherwise none.',
  'client.offerPostHandshakeAuth': 'If it was set so.',
  'client.onCertificateRequest': 'Refused unless it was offered and its context is new; answered at once.',
  'client.onServerHello': 'A server that could do better and does not is left.',
  'client.extendedMasterSecret': 'It is offered; servers without it are still served.',
  'client.onServerKeyExchange': 'The signature must be by the key of the certificate, over both randoms and the share.',
  'client.premaster': 'The version and 46 fresh bytes.',
  'server.selectVersion': 'TLS 1.3, said in supported_versions.',
  'server.selectSuite': 'The first of its own that the client offers; none where there is none.',
  'server.selectShare':
    'A fresh share of the first group of its own of which one came; a retry for the first that is listed; none where there is none.',
  'server.selectGroup': 'The first of its own that the client lists; none where there is none.',
  'server.resume': 'While the ticket lives, and with a fresh key exchange if the client takes that.',
  'server.onBinder': 'It must be by a holder of the session’s key.',
  'server.acceptEarlyData': 'If it is fresh and did not come before.',
  'server.sendTickets': 'As many as it was set to give.',
  'server.requestCertificate': 'If it was set to ask.',
  'server.requestLater': 'A client that offered it is asked, with a context that nobody foresees.',
  'server.acceptClient':
    'Everything that was found about the chain must hold; without a certificate it serves only if one is optional.',
  'server.onCertificateVerify': 'The signature must be by the key of the certificate, over this handshake.',
  'server.onFinished': 'The value must be that over the messages that were seen.',
  'server.downgradeMarker': 'Written where it speaks TLS 1.3 and settles for less.',
  'server.extendedMasterSecret': 'Answered where it was offered; clients without it are still served.',
  'server.onPremaster': 'It goes on with a random secret, so that nobody learns what was wrong (7.4.7.1).',
};
/** Those that both sides have. */
const shared: Readonly<Record<string, string>> = {
  onRecord: 'A record in the clear where a sealed one is due is refused.',
  onKeyUpdate: 'It reads with the next key, and changes its own where that was asked for.',
  onEndOfStream: 'Without a close_notify what came may have been cut, and is not taken for whole.',
  endSending: 'It says close_notify before it closes.',
};

type Point = Pick<DecisionPoint, 'name' | 'rfc' | 'schema'>;
const tables: readonly (readonly [title: string, points: readonly Point[]])[] = [
  ['The client of TLS 1.3', Object.values(clientPoints)],
  ['The server of TLS 1.3', Object.values(serverPoints)],
  ['The client of TLS 1.2', Object.values(client12Points)],
  ['The server of TLS 1.2', Object.values(server12Points)],
];

/** The text of docs/decisions.md. Throws where a point has no words, or words have no point. */
export function decisionsDocument(): string {
  const known = new Set(tables.flatMap(([, points]) => points.map(({ name }) => name)));
  for (const name of Object.keys(rules)) if (!known.has(name)) throw new Error(`${name} is no decision point`);
  return [
    '# Decisions',
    '',
    'Where an implementation of TLS has a choice, the engine asks: the player, the policy of a level, or the rule in the last',
    'column, which is what a correct implementation does. An answer is a rule and serves in every situation. Sections are of',
    'the RFC named. This file is made by `node scripts/decisions.mjs`.',
    ...tables.flatMap(([title, points]) => [
      '',
      `## ${title}`,
      '',
      '| point | section | answer | rule |',
      '|---|---|---|---|',
      ...points.map((point) => `| ${cellsOf(point).join(' | ')} |`),
    ]),
    '',
  ].join('\n');
}

function cellsOf({ name, rfc, schema }: Point): readonly string[] {
  const rule = rules[name] ?? shared[name.slice(name.indexOf('.') + 1)];
  if (!rule) throw new Error(`${name} has no words in scripts/decisions.ts`);
  const [document, section] = rfc.split(' ');
  const answer = wordsOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape);
  return [`\`${name}\``, `RFC ${document} ${section}`, `\`${answer.replaceAll('|', '\\|')}\``, rule];
}

/** As much of JSON Schema as answers use. */
interface Shape {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
}

/** `{ require: close_notify | nothing }`; a number of a registry may be said by its name, too. */
function wordsOf(shape: Shape): string {
  if (shape.const !== undefined) return String(shape.const);
  if (shape.enum) return shape.enum.join(' | ');
  if (shape.anyOf) return [...new Set(shape.anyOf.map(wordsOf))].join(' | ');
  switch (shape.type) {
    case 'array':
      return `[${wordsOf(shape.items ?? {})}, ...]`;
    case 'object': {
      const keys = Object.entries(shape.properties ?? {}).map(
        ([key, value]) => `${key}${shape.required?.includes(key) ? '' : '?'}: ${wordsOf(value)}`,
      );
      return `{ ${keys.join(', ')} }`;
    }
    case 'boolean':
      return 'true | false';
    case 'string':
      return 'text';
    case 'integer':
      return 'number';
    default:
      return shape.type ?? 'anything';
  }
}
