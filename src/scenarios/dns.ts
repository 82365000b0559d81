// DNS messages (RFC 1035 4): a question and its answer, with the map of their fields.
import { type Field, Reader, Writer } from '../tls/codec.ts';

export interface DnsMessage {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly fields: readonly Field[];
}

export const dnsQuery = (id: number, host: string): DnsMessage => message(id, host);
/** An A record that is good for five minutes. */
export const dnsAnswer = (id: number, host: string, address: readonly [number, number, number, number]): DnsMessage =>
  message(id, host, address);

function message(id: number, host: string, address?: readonly [number, number, number, number]): DnsMessage {
  const writer = new Writer();
  writer.uint(2, 'dns_id', id).uint(2, 'dns_flags', address ? 0x8180 : 0x0100, flagsName);
  writer
    .uint(2, 'dns_questions', 1)
    .uint(2, 'dns_answers', address ? 1 : 0)
    .uint(2, 'dns_authorities', 0)
    .uint(2, 'dns_additionals', 0);
  writeName(writer, host);
  writer.uint(2, 'dns_type', 1, typeName).uint(2, 'dns_class', 1, className);
  if (address) {
    writer.group('dns_answer', () => {
      writer
        .uint(2, 'dns_pointer', 0xc00c, () => host)
        .uint(2, 'dns_type', 1, typeName)
        .uint(2, 'dns_class', 1, className);
      writer
        .uint(4, 'dns_ttl', 300, (seconds) => `${seconds} s`)
        .vector(2, 'dns_address', () => writer.bytes('address', Uint8Array.from(address), address.join('.')));
    });
  }
  return { name: dnsName(host, address), ...writer.done() };
}

/** Reads a message as it is written here; nothing where the bytes are not one. */
export function describeDns(bytes: Uint8Array): DnsMessage | undefined {
  try {
    const reader = new Reader(bytes);
    reader.uint(2, 'dns_id');
    const flags = reader.uint(2, 'dns_flags', flagsName);
    const questions = reader.uint(2, 'dns_questions');
    const answers = reader.uint(2, 'dns_answers');
    reader.uint(2, 'dns_authorities');
    reader.uint(2, 'dns_additionals');
    if (questions !== 1 || answers !== (flags === 0x8180 ? 1 : 0)) return undefined;
    let host = '';
    reader.group(
      'dns_name',
      () => {
        const labels: string[] = [];
        for (let length = reader.uint(1, 'label_length'); length; length = reader.uint(1, 'label_length'))
          labels.push(Buffer.from(reader.bytes(length, 'label', latin1)).toString('latin1'));
        host = labels.join('.');
      },
      () => host,
    );
    reader.uint(2, 'dns_type', typeName);
    reader.uint(2, 'dns_class', className);
    let address: number[] | undefined;
    if (answers) {
      reader.group('dns_answer', () => {
        reader.uint(2, 'dns_pointer', () => host);
        reader.uint(2, 'dns_type', typeName);
        reader.uint(2, 'dns_class', className);
        reader.uint(4, 'dns_ttl', (seconds) => `${seconds} s`);
        address = reader.vector(2, 'dns_address', () => [...reader.rest('address', (value) => value.join('.'))]);
      });
    }
    return { name: dnsName(host, address), bytes, fields: reader.done() };
  } catch {
    return undefined;
  }
}

const dnsName = (host: string, address?: readonly number[]) =>
  address ? `${host} is ${address.join('.')}` : `where is ${host}?`;
const flagsName = (flags: number) => (flags & 0x8000 ? 'answer' : 'question');
const typeName = (type: number) => (type === 1 ? 'A' : String(type));
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
