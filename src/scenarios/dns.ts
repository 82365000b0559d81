// DNS (RFC 1035 4): a question and its answer with the map of their fields, and who asks and answers, over UDP or HTTPS.
import { type Field, Reader, Writer } from '../tls/codec.ts';
import { close, type Protocol, receive, send } from '../tls/effects.ts';
import { ask, type HttpMessage, httpRequest, httpResponse, parseHttp, site } from './http.ts';

/** Four bytes of IPv4. */
export type Address = readonly [number, number, number, number];
export const addressText = (address: Address): string => address.join('.');

export interface DnsMessage {
  readonly name: string;
  readonly id: number;
  readonly host: string;
  /** Of an answer: where the host is, or how it is called elsewhere. */
  readonly address?: Address;
  readonly alias?: string;
  readonly bytes: Uint8Array;
  readonly fields: readonly Field[];
}

export const dnsQuery = (id: number, host: string): DnsMessage => message(id, host);
/** An A record that is good for five minutes. */
export const dnsAnswer = (id: number, host: string, address: Address): DnsMessage => message(id, host, { address });
/** A CNAME record: the host is another name for `alias` (RFC 1035 3.3.1). */
export const dnsAlias = (id: number, host: string, alias: string): DnsMessage => message(id, host, { alias });

type Answer = { readonly address: Address } | { readonly alias: string };

function message(id: number, host: string, answer?: Answer): DnsMessage {
  const writer = new Writer();
  writer.uint(2, 'dns_id', id).uint(2, 'dns_flags', answer ? 0x8180 : 0x0100, flagsName);
  writer
    .uint(2, 'dns_questions', 1)
    .uint(2, 'dns_answers', answer ? 1 : 0)
    .uint(2, 'dns_authorities', 0)
    .uint(2, 'dns_additionals', 0);
  writeName(writer, host);
  writer.uint(2, 'dns_type', 1, typeName).uint(2, 'dns_class', 1, className);
  if (answer) {
    writer.group('dns_answer', () => {
      writer
        .uint(2, 'dns_pointer', 0xc00c, () => host)
        .uint(2, 'dns_type', 'alias' in answer ? aliasType : 1, typeName)
        .uint(2, 'dns_class', 1, className)
        .uint(4, 'dns_ttl', 300, (seconds) => `${seconds} s`);
      if ('alias' in answer) writer.vector(2, 'dns_alias', () => writeName(writer, answer.alias));
      else {
        const { address } = answer;
        writer.vector(2, 'dns_address', () => writer.bytes('address', Uint8Array.from(address), address.join('.')));
      }
    });
  }
  return { name: dnsName(host, answer), id, host, ...answer, ...writer.done() };
}

/** Reads a message as it is written here; nothing where the bytes are not one. */
export function describeDns(bytes: Uint8Array): DnsMessage | undefined {
  try {
    const reader = new Reader(bytes);
    const id = reader.uint(2, 'dns_id');
    const flags = reader.uint(2, 'dns_flags', flagsName);
    const questions = reader.uint(2, 'dns_questions');
    const answers = reader.uint(2, 'dns_answers');
    reader.uint(2, 'dns_authorities');
    reader.uint(2, 'dns_additionals');
    if (questions !== 1 || answers !== (flags === 0x8180 ? 1 : 0)) return undefined;
    const host = readName(reader);
    reader.uint(2, 'dns_type', typeName);
    reader.uint(2, 'dns_class', className);
    let answer: Answer | undefined;
    if (answers) {
      reader.group('dns_answer', () => {
        reader.uint(2, 'dns_pointer', () => host);
        const type = reader.uint(2, 'dns_type', typeName);
        reader.uint(2, 'dns_class', className);
        reader.uint(4, 'dns_ttl', (seconds) => `${seconds} s`);
        if (type === aliasType) answer = { alias: reader.vector(2, 'dns_alias', readName) };
        else
          answer = {
            address: reader.vector(2, 'dns_address', () => {
              const [a = 0, b = 0, c = 0, d = 0] = reader.bytes(4, 'address', (value) => value.join('.'));
              return [a, b, c, d];
            }),
          };
      });
    }
    return { name: dnsName(host, answer), id, host, ...answer, bytes, fields: reader.done() };
  } catch {
    return undefined;
  }
}

const dnsName = (host: string, answer?: Answer) => {
  if (!answer) return `where is ${host}?`;
  return `${host} is ${'alias' in answer ? answer.alias : addressText(answer.address)}`;
};
const flagsName = (flags: number) => (flags & 0x8000 ? 'answer' : 'question');
const aliasType = 5;
const typeName = (type: number) => (type === 1 ? 'A' : type === aliasType ? 'CNAME' : String(type));
const className = (value: number) => (value === 1 ? 'IN' : String(value));
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

function writeName(writer: Writer, host: string): void {
  writer.group(
    'dns_name',
    () => {
      for (const label of host.split('.'))
        writer.uint(1, 'label_length', label.length).bytes('label', Buffer.from(label, 'latin1'), label);
      writer.uint(1, 'label_length', 0);
    },
    host,
  );
}

const readName = (reader: Reader): string =>
  reader.group(
    'dns_name',
    () => {
      const labels: string[] = [];
      for (let length = reader.uint(1, 'label_length'); length; length = reader.uint(1, 'label_length'))
        labels.push(Buffer.from(reader.bytes(length, 'label', latin1)).toString('latin1'));
      return labels.join('.');
    },
    (host) => host,
  );

// ---- who asks, and who answers ------------------------------------------------------------------------------------

/** Asks on `peer`, which stays open; nothing where no answer came. */
export function* lookUp(host: string, id: number): Protocol<Address | undefined> {
  yield* send(dnsQuery(id, host).bytes);
  const received = yield* receive();
  return 'bytes' in received ? describeDns(received.bytes)?.address : undefined;
}

/** The same, where the answer is to be another name. */
export function* lookUpAlias(host: string, id: number): Protocol<string | undefined> {
  yield* send(dnsQuery(id, host).bytes);
  const received = yield* receive();
  return 'bytes' in received ? describeDns(received.bytes)?.alias : undefined;
}

/** Answers every question until nobody asks any more: with an address, or with another name. */
export function* resolver(of: (host: string) => Address | string): Protocol<void> {
  for (;;) {
    const received = yield* receive();
    if ('end' in received) return yield* close();
    const asked = describeDns(received.bytes);
    if (!asked) continue;
    const { id, host } = asked;
    const found = of(host);
    yield* send((typeof found === 'string' ? dnsAlias(id, host, found) : dnsAnswer(id, host, found)).bytes);
  }
}

const dnsType = 'application/dns-message';

/** Asks a resolver over HTTPS (RFC 8484 4.1): the same question, as the body of a POST. Its id is 0, as it asks there. */
export function* lookUpOverHttps(host: string, resolverHost: string): Protocol<Address | undefined> {
  const question = Buffer.from(dnsQuery(0, host).bytes).toString('latin1');
  const headers = {
    Host: resolverHost,
    Accept: dnsType,
    'Content-Type': dnsType,
    'Content-Length': String(question.length),
  };
  const response = yield* ask(httpRequest('POST', '/dns-query', headers, question));
  return response && describeDns(Buffer.from(parseHttp(response).body, 'latin1'))?.address;
}

/** The other side of it, as an application on TLS. */
export const resolverOverHttps = (addressOf: (host: string) => Address): Protocol<void> =>
  // biome-ignore lint/correctness/useYield: it asks nobody
  site(function* (request): Protocol<HttpMessage> {
    const asked = describeDns(Buffer.from(parseHttp(request).body, 'latin1'));
    if (!asked) return httpResponse('400 Bad Request', {});
    const answer = Buffer.from(dnsAnswer(asked.id, asked.host, addressOf(asked.host)).bytes).toString('latin1');
    return httpResponse('200 OK', { 'Content-Type': dnsType }, answer);
  });
