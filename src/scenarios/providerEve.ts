// What a provider can say of two evenings: she reads what is not sealed, weighs what is, and fetches the site's pages herself.
import * as z from 'zod';
import type { Field } from '../tls/codec.ts';
import { describeRecord } from '../tls/describe.ts';
import { close, decide, decisionPoint, over, type Protocol, send, stack, type Told, tell } from '../tls/effects.ts';
import { findExtension } from '../tls/messages/extensions.ts';
import { contentTypes } from '../tls/registry.ts';
import { remembering } from './actors.ts';
import { describeDns } from './dns.ts';
import { describeHttp, httpRequest, parseHttp, readMessage } from './http.ts';
import { type Heard, hear, helloIn } from './overhear.ts';
import { type Dump, type Picked, pickedSchema } from './scenario.ts';
import { fieldAt, pathOf } from './visits.ts';

const claim = z.enum(['host', 'times-and-sizes', 'path', 'words']);
export type Claim = z.output<typeof claim>;

type Nothing = Record<string, never>;
export const providerPoints = {
  /** What to say under oath of a sealed visit. The rule: what was not sealed, and the times and sizes of what was. */
  report: decisionPoint<Nothing>()(
    'eve.report',
    '8446 E.3',
    z.strictObject({ claims: z.array(claim).max(4) }),
    (): { claims: Claim[] } => ({ claims: ['host', 'times-and-sizes'] }),
  ),
  /** The bytes that name the site. The rule: those of a field that reads as a host name. */
  markName: decisionPoint<{ readonly dump: readonly Dump[] }>()(
    'eve.markName',
    '6066 3',
    pickedSchema,
    ({ dump }): Picked => serverNameIn(dump),
  ),
  /** Where the name stands when the DNS question is sealed. The rule: in server_name of the ClientHello. */
  readName: decisionPoint<Nothing>()(
    'eve.readName',
    '6066 3',
    z.strictObject({ from: z.enum(['hello', 'dns', 'nowhere']) }),
    () => ({ from: 'hello' as const }),
  ),
  /** Which public page came in so many sealed bytes. The rule: the one that is as long when one fetches it oneself. */
  namePage: decisionPoint<{ readonly came: number; readonly pages: readonly Weighed[] }>()(
    'eve.namePage',
    '8446 E.3',
    z.strictObject({ page: z.string().max(40) }),
    ({ came, pages }) => ({ page: fitting(came, pages)[0]?.path ?? 'none' }),
  ),
};

export interface Evening {
  readonly name: 'first' | 'second';
  /** Monday. */
  readonly day: string;
  /** 20:14. */
  readonly clock: string;
  /** Her browser asks a resolver over HTTPS. */
  readonly sealedNames: boolean;
}
export const linksOf = ({ name }: Evening) => ({ names: `names ${name}`, web: `web ${name}` });

/** A page that Eve fetched herself, and how many sealed bytes it came in. */
export interface Weighed {
  readonly path: string;
  readonly size: number;
}
/** What a visitor's cookie and greeting change of a page, in bytes: pages that differ by less are not told apart. */
const allowance = 200;
export const fitting = (came: number, pages: readonly Weighed[]): readonly Weighed[] =>
  pages.filter(({ size }) => Math.abs(size - came) < allowance);

export interface Piece {
  readonly from: 'asker' | 'site';
  readonly bytes: Uint8Array;
}
/** How many sealed bytes came back on each sealed record of the asker's, where any came back at all. */
export function answersIn(pieces: readonly Piece[]): readonly number[] {
  const sizes: number[] = [];
  for (const { from, bytes } of pieces) {
    if (bytes[0] !== contentTypes.application_data) continue;
    if (from === 'asker') sizes.push(0);
    else if (sizes.length) sizes.push((sizes.pop() ?? 0) + bytes.length);
  }
  return sizes.filter((size) => size > 0);
}

export interface Provider {
  readonly evenings: readonly [Evening, Evening];
  /** The address to which the sealed visits go. */
  readonly address: string;
  readonly alice: string;
  /** A TLS client, for what she fetches herself on the line `own`. */
  readonly tls: (host: string) => Protocol<unknown>;
}

/** Keeps both evenings, and says of them what she is asked, until the court has no use for more. */
export function* testify(provider: Provider): Protocol<void> {
  yield* tell({ what: 'kept', label: 'everything' });
  yield* hearing(provider);
  yield* close('own');
}

function* hearing(provider: Provider): Protocol<void> {
  const { evenings } = provider;
  const first = yield* logEvening(provider, evenings[0]);
  const { claims } = yield* decide(providerPoints.report, {});
  // The court rises, and it is another evening.
  yield* close('night');
  for (const one of claims) yield* tell({ what: 'acted', action: 'testified', bytes: Buffer.from(one) });
  const inside = claims.find((one) => one === 'path' || one === 'words');
  if (inside && !first.web.some(({ bytes }) => describeHttp(bytes)))
    return yield* sentHome(`I said that I know the ${inside}. Asked to show the bytes, I could not.`);
  if (!claims.includes('host') || !claims.includes('times-and-sizes'))
    return yield* sentHome('A report has to say where, and when, and how much.');
  const second = yield* logEvening(provider, evenings[1]);
  const [plain, sealed] = evenings[0].sealedNames ? [second, first] : [first, second];
  if (!(yield* proveName(plain))) return yield* sentHome('A name has to be shown in the bytes.');
  const host = yield* nameAgain(sealed);
  if (!host) return yield* sentHome('The second report has to say where, too.');
  yield* namePage(provider, host, sealed);
}

/** The hearing ends before its end. */
function* sentHome(why: string): Protocol<void> {
  yield* tell({ what: 'note', text: `The court sends me home. ${why}` });
}

/** What passed in one evening, in its order. */
interface Log {
  readonly evening: Evening;
  readonly names: readonly Heard[];
  readonly web: readonly Heard[];
}

/** Keeps an evening, and writes down of it what can be read and what can be weighed. */
function* logEvening({ address, alice }: Provider, evening: Evening): Protocol<Log> {
  const { names, web } = linksOf(evening);
  const heard = yield* hear([names, web]);
  const log = {
    evening,
    names: heard.filter(({ link }) => link === names),
    web: heard.filter(({ link }) => link === web),
  };
  const when = `${evening.day}, ${evening.clock}.`;
  const asked = log.names.flatMap(({ bytes }) => describeDns(bytes)?.host ?? [])[0];
  const resolver = helloName(log.names);
  if (asked) yield* tell({ what: 'note', text: `${when} DNS question: where is ${asked}?` });
  else if (resolver)
    yield* tell({
      what: 'note',
      text: `${when} ClientHello to ${resolver}, then sealed records. No question to read.`,
    });
  yield* tell({ what: 'note', text: `${when} ${alice} calls ${address}. ClientHello names ${helloName(log.web)}.` });
  yield* tell({
    what: 'note',
    text: `${when} ${sealedBytes(log.web)} sealed bytes came back. Words: none that I can read.`,
  });
  return log;
}

/** How many sealed bytes the longest answer had. */
const sealedBytes = (heard: readonly Heard[]): number =>
  Math.max(0, ...answersIn(heard.map(({ from, bytes }) => ({ from: from === 'alice' ? 'asker' : 'site', bytes }))));

/** The name in the first ClientHello that passed. */
const helloName = (heard: readonly Heard[]): string | undefined =>
  heard.flatMap(({ bytes }) => findExtension(helloIn(bytes)?.extensions ?? [], 'server_name')?.host ?? [])[0];

/** Gives the name that she could show. */
function* proveName({ names, web }: Log): Protocol<string | undefined> {
  const dump = [...names, ...web].flatMap(({ bytes: wire, from }): Dump[] => {
    const message = describeDns(wire) ?? describeRecord(wire);
    const sealed = `sealed record from ${from === 'alice' ? 'Alice' : 'the site'}`;
    return message ? [{ name: message.name || sealed, bytes: wire, fields: message.fields, wire }] : [];
  });
  const { record, ...marked } = yield* decide(providerPoints.markName, { dump });
  const read = dump[record] && nameAround(dump[record], marked);
  yield* tell({
    what: 'note',
    text: read ? `I marked ${read}, in: ${dump[record]?.name}` : 'No name in what I marked.',
  });
  if (read) yield* tell({ what: 'acted', action: 'proved', bytes: Buffer.from(read) });
  return read;
}

/** The host name that the marked bytes stand in: the name of a field, or of the whole message, that reads as one. */
function nameAround({ bytes, fields }: Dump, marked: Omit<Picked, 'record'>): string | undefined {
  const path = pathOf(fields, marked);
  const around = path.map((_, depth) => fieldAt(fields, path.slice(0, depth + 1)));
  const parts = [bytes, ...around.flatMap((field) => (field ? [bytesOf(bytes, field)] : []))];
  return parts.map(asHostName).find((name) => name !== undefined);
}
const bytesOf = (bytes: Uint8Array, { offset, length }: Field): Uint8Array => bytes.subarray(offset, offset + length);

/** Letters with dots between, where lengths and types stand around and between them (RFC 1035 3.1, RFC 6066 3). */
function asHostName(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/[^a-z0-9-]+/g, '.')
    .replace(/^\.|\.$/g, '');
  return /^[a-z][a-z0-9-]+(\.[a-z]{2,})+$/.test(text) ? text : undefined;
}

/** The first field that reads as a host name. */
function serverNameIn(dump: readonly Dump[]): Picked {
  for (const [record, { bytes, fields }] of dump.entries())
    for (const field of fields.flatMap(withInner))
      if (asHostName(bytesOf(bytes, field))) return { record, offset: field.offset, length: field.length };
  return { record: 0, offset: 0, length: 1 };
}
const withInner = (field: Field): readonly Field[] => [field, ...(field.children ?? []).flatMap(withInner)];

function* nameAgain({ names, web, evening }: Log): Protocol<string | undefined> {
  const { from } = yield* decide(providerPoints.readName, {});
  const read = {
    hello: () => helloName(web),
    dns: () => names.flatMap(({ bytes }) => describeDns(bytes)?.host ?? [])[0],
    nowhere: () => undefined,
  }[from]();
  const sealed = names.filter(({ bytes }) => bytes[0] === contentTypes.application_data).length;
  yield* tell({
    what: 'note',
    text: read
      ? `${evening.day}: the ClientHello names ${read}, as on the other evening.`
      : from === 'dns'
        ? `${evening.day}: ${sealed} sealed records to the resolver and back. Not one question in the clear.`
        : `${evening.day}: I leave the line for the site empty.`,
  });
  if (read) yield* tell({ what: 'acted', action: 'named', bytes: Buffer.from(read) });
  return read;
}

/** Opens the site as anybody can, weighs its pages, and compares. */
function* namePage(provider: Provider, host: string, { web, evening }: Log): Protocol<void> {
  const pages = yield* weighPages(host, provider);
  const came = sealedBytes(web);
  for (const { path, size } of pages)
    yield* tell({ what: 'note', text: `I fetched ${path} myself: ${size} sealed bytes.` });
  const { page } = yield* decide(providerPoints.namePage, { came, pages });
  yield* tell({ what: 'acted', action: 'said', bytes: Buffer.from(page) });
  const own = pages.find(({ path }) => path === page);
  yield* tell({
    what: 'note',
    text: own
      ? `I say that it was ${page}. ${own.size} of mine, ${came} on ${evening.day}: ${Math.abs(own.size - came)} apart.`
      : 'I say that sizes tell nothing.',
  });
}

function* weighPages(host: string, { tls }: Provider): Protocol<readonly Weighed[]> {
  const pieces: Piece[] = [];
  const weigh = (told: Told) => {
    if (told.what === 'record') pieces.push({ from: told.direction === 'sent' ? 'asker' : 'site', bytes: told.wire });
  };
  const { app: paths } = yield* over('own', stack(browse(host), remembering(tls(host), weigh)));
  const [, ...sizes] = answersIn(pieces);
  return paths.map((path, index) => ({ path, size: sizes[index] ?? 0 }));
}

/** Reads the front page and every page that it links to; gives their paths. */
function* browse(host: string): Protocol<readonly string[]> {
  const fetched = function* (path: string): Protocol<string> {
    yield* send(httpRequest('GET', path, { Host: host }).bytes);
    const response = yield* readMessage();
    return response ? parseHttp(response).body : '';
  };
  const paths = [...(yield* fetched('/')).matchAll(/<a href="([^"]+)">/g)].map(([, path = '']) => path);
  for (const path of paths) yield* fetched(path);
  yield* close();
  return paths;
}
