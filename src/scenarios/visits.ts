// Alice calls at servers one after the other, each time with an order of its own: what she and they do on every line.

import type { Issued } from '../pki/authority.ts';
import { describeCertificate } from '../pki/describe.ts';
import type { Finding, Proof } from '../tls/authentication.ts';
import { client } from '../tls/client.ts';
import type { Field } from '../tls/codec.ts';
import { type Link, over, type Protocol, receive, refuse, send, stack, type Told, tell } from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy, named } from '../tls/entropy.ts';
import { answering, remembering } from './actors.ts';
import { ask, formEncode, type HttpMessage, parseHttp, site } from './http.ts';
import type { Event, Wire } from './network.ts';
import { type Order, orderWith, thanks } from './orders.ts';
import { tlsServer } from './people.ts';
import type { Dump, Fact, Picked } from './scenario.ts';

// ---- Alice ----------------------------------------------------------------------------------------------------------

/** What a server has shown: the chain (DER, leaf first), and the record in which it came. */
export interface Shown {
  readonly host: string;
  readonly chain: readonly Uint8Array[];
  readonly wire: Uint8Array;
  /** Answers of the TLS client under it, by decision point: what is written here holds from now on. */
  readonly answers: Record<string, unknown>;
}
export interface Visit {
  /** Its line is `visit 1`. */
  readonly number: number;
  /** What her notebook calls it; its number where left out. */
  readonly called?: string;
  readonly host: string;
  readonly request: HttpMessage;
  readonly entropy: Entropy;
  readonly judge: (shown: Shown) => Protocol<readonly Finding[]>;
  readonly proves?: (proof: Proof) => Protocol<boolean>;
}

/** One call; gives the response, or nothing where it did not come to that. Whom she believed, and how it went, she tells. */
export function* visit({
  number,
  called = `Call ${number}`,
  host,
  request,
  entropy,
  judge,
  proves,
}: Visit): Protocol<Uint8Array | undefined> {
  const answers: Record<string, unknown> = {};
  let wire: Uint8Array = new Uint8Array(0);
  let believed: Uint8Array | undefined;
  let agreed = false;
  const tls = client({
    host,
    entropy,
    judge: (chain) => {
      [believed] = chain;
      return judge({ host, chain, wire, answers });
    },
    ...(proves ? { proves } : {}),
  });
  const notice = (told: Told) => {
    if (told.what === 'record' && told.direction === 'received') wire = told.wire;
    if (told.what === 'agreed') agreed = true;
  };
  const { app } = yield* over(`visit ${number}`, stack(ask(request), remembering(answering(tls, answers), notice)));
  if (agreed && believed) yield* tell({ what: 'acted', action: 'believed', bytes: believed, link: host });
  yield* tell({
    what: 'note',
    text: app ? `${called}: I went on.` : `${called}: I hung up, and sent nothing.`,
  });
  return app;
}

/** Asks a server that is off line, and cannot go on without it. A client that had an answer would go on. */
export function* askOffLine(question: HttpMessage, missing: string): Protocol<void> {
  yield* send(question.bytes, 'ca');
  const answer = yield* receive('ca');
  if ('bytes' in answer) return;
  yield* tell({ what: 'note', text: 'Nobody answers there. I have no rule for that.' });
  yield* tell({ what: 'stalled', missing });
  refuse('certificate_unknown', 'what was asked for did not come');
}

/** The certificates of a chain, for whoever picks something in them. */
export const dumpOfChain = ({ chain, wire }: Pick<Shown, 'chain' | 'wire'>): readonly Dump[] =>
  chain.map((bytes, index) => ({
    name: index ? 'CA certificate' : 'shop certificate',
    bytes,
    fields: outlineOf(describeCertificate(bytes)),
    wire,
    direction: 'received',
  }));

/** Without what is inside names, dates and extensions: what can be picked are the fields of RFC 5280 4.1 and 4.2. */
const outlineOf = (fields: readonly Field[]): readonly Field[] =>
  fields
    .filter(({ name }) => name !== 'der_head')
    .map(({ children, ...field }) =>
      children && opened.has(field.name) ? { ...field, children: outlineOf(children) } : field,
    );
const opened = new Set(['certificate', 'tbsCertificate', 'subjectPublicKeyInfo', 'certificate_extensions']);

/** The names of the fields from the outermost to the smallest that has the picked bytes in it. */
export function pathOf(fields: readonly Field[], picked: Pick<Picked, 'offset' | 'length'>): readonly string[] {
  const around = fields.find(
    ({ offset, length }) => offset <= picked.offset && picked.offset + picked.length <= offset + length,
  );
  return around ? [around.name, ...pathOf(around.children ?? [], picked)] : [];
}

/** The first field of that path. */
export function fieldAt(fields: readonly Field[], [name, ...rest]: readonly string[]): Field | undefined {
  const field = fields.find((one) => one.name === name);
  return rest.length && field ? fieldAt(field.children ?? [], rest) : field;
}

/** The hosts in subjectAltName. */
export const hostsOf = (der: Uint8Array): readonly string[] => {
  const hosts = (field: Field): string[] =>
    field.name === 'dNSName' ? [field.value ?? ''] : (field.children ?? []).flatMap(hosts);
  return describeCertificate(der).flatMap(hosts);
};

// ---- the servers ----------------------------------------------------------------------------------------------------

/** A server on one line, with one certificate. The key need not be that of the certificate. */
export const serving = (
  link: Link,
  issued: Issued,
  respond: (request: Uint8Array) => Protocol<HttpMessage>,
  entropy: Entropy,
): Protocol<unknown> => over(link, stack(site(respond), tlsServer(issued, { entropy: named(entropy, link) })));

/** Mallory takes what comes, and is as friendly. */
export function* take(request: Uint8Array): Protocol<HttpMessage> {
  const { body } = parseHttp(request);
  yield* tell({ what: 'note', text: `Alice sent me: ${body}`, holds: Buffer.from(body, 'latin1') });
  return thanks;
}

export const cable = (link: Link, to: string, label = 'port 443'): Wire => ({
  ends: [
    ['alice', link],
    [to, link],
  ],
  label,
});

// ---- orders, and what becomes of them -------------------------------------------------------------------------------

export function orderOf(draw: Entropy, name: string, host: string): Order {
  const own = named(draw, name);
  const item = drawOne(own, 'item', ['lantern', 'compass', 'kettle', 'telescope', 'globe', 'barometer']);
  const digits = Array.from({ length: 4 }, (_, index) => 1000 + drawNumber(own, `card ${index}`, 9000)).join('+');
  const body = `item=${formEncode(item)}&card=${digits}`;
  return orderWith(item, body, host);
}

/** `accepted(alice, mallory)`: both ends of one handshake, and she believed that it was another. */
export function fooledFacts(events: readonly Event[]): Fact[] {
  const agreed = events.filter((event) => event.what === 'agreed');
  const hers = agreed.filter(({ by }) => by === 'alice');
  const fooled = agreed.some(
    ({ by, transcript }) =>
      by === 'mallory' && hers.some((one) => Buffer.from(one.transcript).equals(Buffer.from(transcript))),
  );
  return fooled ? [{ kind: 'accepted', who: 'alice', what: 'mallory' }] : [];
}
