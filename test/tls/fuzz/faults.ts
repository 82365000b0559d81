// What can be wrong with what a peer says: each kind of fault is made in a state, and names the alerts that the RFC has for it.
import type { AlertName } from '../../../src/tls/alerts.ts';
import type { Field } from '../../../src/tls/codec.ts';
import { describeContent, describeMessage } from '../../../src/tls/describe.ts';
import { encodeKeyUpdate } from '../../../src/tls/messages/keyUpdate.ts';
import { encodeNewSessionTicket } from '../../../src/tls/messages/newSessionTicket.ts';
import { contentTypes, handshakeTypes } from '../../../src/tls/registry.ts';
import { encodeHelloRequest } from '../../../src/tls/v12/messages/serverHelloDone.ts';
import type { Item } from '../insider.ts';
import type { Chance } from './chance.ts';
import type { State } from './states.ts';

const { alert, application_data, change_cipher_spec, handshake } = contentTypes;

export interface Fault {
  readonly name: string;
  /** Where the RFC says what becomes of it; of TLS 1.2 that of RFC 5246, where it has another. */
  readonly rfc: string;
  /** Ends in one of these alerts. None: it is no fault, or ends without an answer. `any`: the RFC has several for it. */
  readonly alerts: readonly AlertName[] | 'any';
  /** Where TLS 1.2 has others. */
  readonly alerts12?: readonly AlertName[];
  /** May also go on without an alert; so what has no alert must. */
  readonly goesOn?: boolean;
  /** What the peer says instead, as it is on the wire; nothing where the state has no such fault. */
  readonly make: (state: State, chance: Chance) => readonly Uint8Array[] | undefined;
}

/** Says other items in the place of the one that is due. */
type Change = (item: Item, state: State, chance: Chance) => readonly Item[] | undefined;
const instead =
  (change: Change): Fault['make'] =>
  (state, chance) => {
    const item = state.items[state.place] as Item;
    const said = change(item, state, chance);
    return said && state.seal([...state.items.slice(0, state.place), ...said, ...state.items.slice(state.place + 1)]);
  };
/** Says something else before the item that is due, under the same key. */
const ahead = (change: (item: Item, state: State, chance: Chance) => Partial<Item> | undefined): Fault['make'] =>
  instead((item, state, chance) => {
    const more = change(item, state, chance);
    return more && [{ ...item, ...more }, item];
  });
/** Changes the record that is due after it was sealed. */
const onTheWire =
  (change: (record: Uint8Array, state: State, chance: Chance) => readonly Uint8Array[] | undefined): Fault['make'] =>
  (state, chance) => {
    const records = state.seal(state.items);
    const changed = change(records[state.place] as Uint8Array, state, chance);
    return changed && [...records.slice(0, state.place), ...changed, ...records.slice(state.place + 1)];
  };

const isMessage = ({ type }: Item): boolean => type === handshake;
const bodyOf = ({ content }: Item): Uint8Array => content.subarray(4);
const message = (type: number, body: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.of(type, body.length >> 16, (body.length >> 8) & 255, body.length & 255), body]);
/** The same message with another body. */
const withBody = (item: Item, body: Uint8Array): Item => ({ ...item, content: message(item.content[0] ?? 0, body) });
const isHello = ({ name }: Item): boolean => name === 'ClientHello' || name === 'ServerHello';
const cutShort = (item: Item, chance: Chance, applies: boolean): readonly Item[] | undefined => {
  const { length } = bodyOf(item);
  return applies && isMessage(item) && length
    ? [withBody(item, bodyOf(item).subarray(0, chance.below(length)))]
    : undefined;
};
const flipped = (bytes: Uint8Array, chance: Chance, from = 0, to = bytes.length): Uint8Array => {
  const changed = new Uint8Array(bytes);
  const at = from + chance.below(to - from);
  changed[at] = (changed[at] ?? 0) ^ (1 << chance.below(8));
  return changed;
};
const leavesOf = (fields: readonly Field[]): readonly Field[] =>
  fields.flatMap((field) => (field.children ? leavesOf(field.children) : field.length ? [field] : []));

/** The messages that a state takes, by their type. */
function taken({ items, place, side, established, version, name }: State): readonly number[] {
  const due = items[place]?.content[0] ?? 0;
  if (established) {
    if (name === 'CONNECTED, WAIT_CV') return [due];
    if (items[place]?.type === handshake) return [due, handshakeTypes.key_update, handshakeTypes.new_session_ticket];
    if (version === 'TLS 1.2') return [side === 'client' ? handshakeTypes.hello_request : handshakeTypes.client_hello];
    return side === 'client'
      ? [handshakeTypes.new_session_ticket, handshakeTypes.key_update]
      : [handshakeTypes.key_update];
  }
  if (name.startsWith('WAIT_CERT_CR')) return [handshakeTypes.certificate, handshakeTypes.certificate_request];
  // A client of TLS 1.2 passes over a HelloRequest in the handshake (RFC 5246 7.4.1.1).
  if (version === 'TLS 1.2' && side === 'client') return [due, handshakeTypes.hello_request];
  return [due];
}

const ticket = encodeNewSessionTicket({
  lifetime: 9,
  ageAdd: 1,
  nonce: Buffer.of(),
  ticket: Buffer.of(1),
  extensions: [],
}).bytes;
/** What may come now and brings nothing. */
function idleIn({ version, side, name, established, items, place }: State): readonly Partial<Item>[] {
  if (!established) {
    if (version === 'TLS 1.2') {
      const encrypted = items[place]?.key !== undefined || items[place]?.type === change_cipher_spec;
      return side === 'client' && !encrypted ? [{ type: handshake, content: encodeHelloRequest().bytes }] : [];
    }
    return [{ type: change_cipher_spec, content: Buffer.of(1), key: undefined as never }];
  }
  const common = [
    { type: application_data, content: Buffer.of() },
    { type: alert, content: Buffer.of(1, 90) },
    { type: alert, content: Buffer.of(1, 100) },
  ];
  if (version === 'TLS 1.2')
    return side === 'client' ? [...common, { type: handshake, content: encodeHelloRequest().bytes }] : common;
  const update = { type: handshake, content: encodeKeyUpdate({ requested: false }).bytes };
  if (name === 'CONNECTED, WAIT_CV') return [update]; // nothing but the proof may come, and an alert ends it
  return [...common, update, ...(side === 'client' ? [{ type: handshake, content: ticket }] : [])];
}

export const faults: readonly Fault[] = [
  // ---- no faults: everything goes on ------------------------------------------------------------------------------
  {
    name: 'none: cut into several records',
    rfc: '8446 5.1',
    alerts: [],
    make: instead((item, _state, chance) => {
      if (item.content.length < 2 || item.type === alert || item.type === change_cipher_spec) return undefined;
      const at = 1 + chance.below(item.content.length - 1);
      return [
        { ...item, content: item.content.subarray(0, at) },
        { ...item, content: item.content.subarray(at) },
      ];
    }),
  },
  {
    name: 'none: padded',
    rfc: '8446 5.4',
    alerts: [],
    make: instead((item, { version }, chance) =>
      version === 'TLS 1.3' && item.key
        ? [{ ...item, padding: chance.below(Math.min(300, 2 ** 14 - item.content.length) + 1) }]
        : undefined,
    ),
  },
  {
    name: 'none: TCP cuts where it likes',
    rfc: '8446 5.1',
    alerts: [],
    make: onTheWire((record, _state, chance) => {
      const at = chance.below(record.length);
      return [record.subarray(0, at), record.subarray(at)];
    }),
  },
  {
    name: 'none: an alert that ends it',
    rfc: '8446 6.2',
    alerts: [],
    make: ahead((_item, _state, chance) => ({ type: alert, content: Buffer.of(2, 10 + chance.below(110)) })),
  },
  // ---- records ----------------------------------------------------------------------------------------------------
  {
    name: 'a sealed record with a bit changed',
    rfc: '8446 5.2',
    alerts: ['bad_record_mac'],
    make: onTheWire((record, { items, place }, chance) =>
      items[place]?.key ? [flipped(record, chance, 5)] : undefined,
    ),
  },
  {
    name: 'a sealed record that is too short for a tag',
    rfc: '8446 5.2',
    alerts: ['bad_record_mac'],
    make: onTheWire((record, { items, place }, chance) => {
      const length = chance.below(17);
      return items[place]?.key ? [Buffer.of(record[0] ?? 0, 3, 3, 0, length), chance.bytes(length)] : undefined;
    }),
  },
  {
    name: 'a record that is too long',
    rfc: '8446 5.1, 5.2',
    alerts: ['record_overflow'],
    make: onTheWire((record, { version }, chance) => {
      // Under protection 256 bytes more may come, and in TLS 1.2 any record may have 2048 more.
      const most = 2 ** 14 + (version === 'TLS 1.2' ? 2048 : record[0] === application_data ? 256 : 0);
      const length = most + 1 + chance.below(2 ** 16 - most - 1);
      return [Buffer.of(record[0] ?? 0, 3, 3, length >> 8, length & 255)];
    }),
  },
  {
    name: 'a sealed record that holds too much',
    rfc: '8446 5.2',
    alerts: ['record_overflow'],
    make: ahead(({ key }, _state, chance) =>
      key ? { type: application_data, content: Buffer.alloc(2 ** 14 + 1 + chance.below(200), 7) } : undefined,
    ),
  },
  {
    name: 'a sealed record with nothing but padding',
    rfc: '8446 5.4',
    alerts: ['unexpected_message'],
    make: ahead(({ key }, { version }, chance) =>
      version === 'TLS 1.3' && key ? { type: 0, content: Buffer.of(), padding: chance.below(30) } : undefined,
    ),
  },
  {
    name: 'a record of a type that there is not',
    rfc: '8446 5',
    alerts: ['unexpected_message'],
    make: ahead((item, { version }, chance) => ({
      type: 24 + chance.below(200),
      // What is not sealed where a seal is due does not open in TLS 1.2.
      key: (version === 'TLS 1.2' ? item.key : undefined) as never,
      content: chance.bytes(1 + chance.below(20)),
    })),
  },
  {
    name: 'a sealed change_cipher_spec',
    rfc: '8446 5',
    alerts: ['unexpected_message'],
    make: ahead(({ key }) => (key ? { type: change_cipher_spec, content: Buffer.of(1) } : undefined)),
  },
  {
    name: 'a change_cipher_spec that is none',
    rfc: '8446 5',
    alerts: ['unexpected_message'],
    alerts12: ['unexpected_message', 'bad_record_mac', 'decode_error'],
    make: ahead((_item, _state, chance) => ({
      type: change_cipher_spec,
      key: undefined as never,
      content: Buffer.of(2 + chance.below(250), ...chance.bytes(chance.below(2))),
    })),
  },
  {
    name: 'in the clear, where a seal is due',
    rfc: '8446 5',
    alerts: ['unexpected_message'],
    alerts12: ['bad_record_mac'],
    make: instead((item) => (item.key && isMessage(item) ? [{ ...item, key: undefined }] : undefined)),
  },
  {
    name: 'an empty record of a handshake',
    rfc: '8446 5.1',
    alerts: ['unexpected_message'],
    make: ahead(() => ({ type: handshake, content: Buffer.of() })),
  },
  {
    name: 'data before its time',
    rfc: '8446 5',
    alerts: ['unexpected_message'],
    make: ahead((_item, { established, name }, chance) =>
      established || name === 'WAIT_EOED'
        ? undefined
        : { type: application_data, content: chance.bytes(chance.below(60)) },
    ),
  },
  {
    name: 'an alert that is none',
    rfc: '8446 6',
    alerts: ['decode_error', 'unexpected_message'],
    make: ahead((_item, _state, chance) => ({
      type: alert,
      content: chance.bytes([0, 1, 3, 4][chance.below(4)] ?? 0),
    })),
  },
  {
    name: 'something that brings nothing, without end',
    rfc: '8446 6.2',
    alerts: ['unexpected_message'],
    make: instead((item, state, chance) => {
      const more = chance.oneOf(idleIn(state));
      return more && [...Array.from({ length: 40 + chance.below(60) }, () => ({ ...item, ...more })), item];
    }),
  },
  // ---- messages ---------------------------------------------------------------------------------------------------
  {
    name: 'a message that is not due',
    rfc: '8446 4',
    alerts: ['unexpected_message'],
    make: instead((item, state, chance) => {
      const type = chance.oneOf([...Object.values(handshakeTypes), 99].filter((one) => !taken(state).includes(one)));
      return [{ ...item, type: handshake, content: message(type ?? 99, chance.bytes(chance.below(80))) }];
    }),
  },
  {
    name: 'what is due comes twice',
    rfc: '8446 4',
    alerts: ['unexpected_message', 'bad_record_mac'],
    make: instead((item, { established }) => (established ? undefined : [item, item])),
  },
  {
    name: 'what is due does not come',
    rfc: '8446 4',
    // A CertificateRequest that was left out shows in the signature over the messages.
    alerts: ['unexpected_message', 'bad_record_mac', 'decrypt_error'],
    make: instead((_item, { established }) => (established ? undefined : [])),
  },
  {
    name: 'a message that is longer than any',
    rfc: '8446 6.2',
    alerts: ['decode_error'],
    make: instead((item, { items, place }, chance) => {
      // Where a ChangeCipherSpec is due no message is read.
      if (items[place]?.type === change_cipher_spec) return undefined;
      return [{ ...item, type: handshake, content: Buffer.of(item.content[0] ?? 0, 5 + chance.below(250), 0, 0) }];
    }),
  },
  {
    name: 'a message that is cut short',
    rfc: '8446 6.2',
    alerts: ['decode_error'],
    make: instead((item, _state, chance) => cutShort(item, chance, !isHello(item))),
  },
  {
    name: 'a hello that is cut short',
    rfc: '8446 6.2',
    alerts: ['decode_error'],
    make: instead((item, _state, chance) => {
      const cut = cutShort(item, chance, isHello(item));
      // One that ends just before its extensions is whole: see the next.
      return cut?.some(({ content }) => describeMessage(content)) ? undefined : cut;
    }),
  },
  {
    name: 'a hello without its extensions',
    rfc: '8446 9.2, 5246 7.4.1.4',
    // It is one of TLS 1.2, and what it lacks is missing. Where nothing is, both ends go on, from different hellos.
    alerts: ['protocol_version', 'missing_extension', 'handshake_failure', 'illegal_parameter'],
    alerts12: ['handshake_failure', 'bad_record_mac', 'decrypt_error'],
    make: instead((item) => {
      const list = isHello(item) ? findField(describeContent(item.type, item.content).fields, 'extensions') : undefined;
      return list && [withBody(item, item.content.subarray(4, list.offset))];
    }),
  },
  {
    name: 'a message with more behind it',
    rfc: '8446 6.2',
    alerts: ['decode_error'],
    make: instead((item, _state, chance) =>
      isMessage(item) ? [withBody(item, Buffer.concat([bodyOf(item), chance.bytes(1 + chance.below(30))]))] : undefined,
    ),
  },
  {
    name: 'a signature or a Finished with a bit changed',
    rfc: '8446 4.4.3, 4.4.4',
    alerts: ['decrypt_error'],
    make: instead((item, _state, chance) => {
      const field = leavesOf(describeContent(item.type, item.content).fields).find(
        ({ name }) => name === 'signature_value' || name === 'verify_data',
      );
      return field && [{ ...item, content: flipped(item.content, chance, field.offset, field.offset + field.length) }];
    }),
  },
  {
    name: 'an extension that comes twice',
    rfc: '8446 4.2',
    alerts: ['illegal_parameter'],
    make: instead((item, _state, chance) => {
      const doubled = isMessage(item)
        ? withExtension(item.content, (extensions) => {
            const one = chance.oneOf(extensions);
            return one && item.content.subarray(one.offset, one.offset + one.length);
          })
        : undefined;
      return doubled && [{ ...item, content: doubled }];
    }),
  },
  {
    name: 'an extension that was not offered',
    rfc: '8446 4.2',
    alerts: ['unsupported_extension'],
    make: instead((item) => {
      const answers = item.name === 'ServerHello' || item.name === 'EncryptedExtensions';
      const grown = answers ? withExtension(item.content, () => Buffer.of(0x12, 0x34, 0, 0)) : undefined;
      return grown && [{ ...item, content: grown }];
    }),
  },
  {
    name: 'a suite that was not offered',
    rfc: '8446 4.1.3',
    alerts: ['illegal_parameter'],
    make: instead((item) =>
      item.name === 'ServerHello' ? overwritten(item, 'cipher_suite', () => Buffer.of(0, 5)) : undefined,
    ),
  },
  {
    name: 'compression',
    rfc: '8446 4.1.2, 4.1.3',
    alerts: ['illegal_parameter'],
    make: instead(
      (item) =>
        overwritten(item, 'legacy_compression_method', () => Buffer.of(1)) ??
        overwritten(item, 'compression_method', () => Buffer.of(1)),
    ),
  },
  {
    name: 'a share that gives no secret',
    rfc: '8446 7.4.2',
    alerts: ['illegal_parameter'],
    make: instead(
      (item) =>
        overwritten(item, 'share', ({ length }) => Buffer.alloc(length)) ??
        (item.name === 'ClientKeyExchange'
          ? overwritten(item, 'ec_point', ({ length }) => Buffer.alloc(length))
          : undefined),
    ),
  },
  {
    name: 'a certificate that cannot be read',
    rfc: '8446 6.2',
    alerts: ['bad_certificate'],
    make: instead((item, _state, chance) => overwritten(item, 'certificate', ({ length }) => chance.bytes(length))),
  },
  {
    name: 'a KeyUpdate that is none',
    rfc: '8446 4.6.3',
    alerts: ['illegal_parameter'],
    make: ahead((_item, { version, name }, chance) =>
      version === 'TLS 1.3' && name === 'CONNECTED'
        ? { type: handshake, content: message(handshakeTypes.key_update, Buffer.of(2 + chance.below(254))) }
        : undefined,
    ),
  },
  // ---- anything at all: some alert that an implementation may send, or none ---------------------------------------
  {
    name: 'a bit changed in what is said',
    rfc: '8446 6.2',
    alerts: 'any',
    goesOn: true,
    make: instead((item, _state, chance) =>
      item.content.length ? [{ ...item, content: flipped(item.content, chance) }] : undefined,
    ),
  },
  {
    name: 'a field with other bytes in it',
    rfc: '8446 6.2',
    alerts: 'any',
    goesOn: true,
    make: instead((item, _state, chance) => {
      const field = chance.oneOf(leavesOf(describeContent(item.type, item.content).fields));
      if (!field) return undefined;
      const content = new Uint8Array(item.content);
      content.set(chance.bytes(field.length), field.offset);
      return [{ ...item, content }];
    }),
  },
  {
    name: 'random bytes in a record',
    rfc: '8446 6.2',
    alerts: 'any',
    goesOn: true,
    make: instead((item, _state, chance) => [
      { ...item, type: 20 + chance.below(5), content: chance.bytes(chance.below(400)) },
    ]),
  },
  {
    name: 'random bytes without a record',
    rfc: '8446 6.2',
    alerts: 'any',
    goesOn: true,
    make: onTheWire((_record, _state, chance) => [chance.bytes(chance.below(400))]),
  },
  {
    name: 'a bit changed on the wire',
    rfc: '8446 6.2',
    alerts: 'any',
    goesOn: true,
    make: onTheWire((record, _state, chance) => [flipped(record, chance)]),
  },
  {
    name: 'a record that is cut',
    rfc: '8446 6.2',
    alerts: 'any',
    goesOn: true,
    make: onTheWire((record, _state, chance) => [record.subarray(0, chance.below(record.length))]),
  },
  {
    name: 'two that change their places',
    rfc: '8446 4',
    alerts: 'any',
    goesOn: true,
    make: (state) => {
      const [item, next, ...rest] = state.items.slice(state.place);
      return item && next && state.seal([...state.items.slice(0, state.place), next, item, ...rest]);
    },
  },
  {
    name: 'several things changed',
    rfc: '8446 6.2',
    alerts: 'any',
    goesOn: true,
    make: (state, chance) =>
      state.seal(
        state.items.flatMap((item, index) => {
          if (index < state.place || chance.below(2)) return [item];
          const type = chance.below(8) ? item.type : 20 + chance.below(5);
          const content = item.content.length ? flipped(item.content, chance) : item.content;
          return Array<Item>(chance.below(3)).fill({ ...item, type, content });
        }),
      ),
  },
];

/** The message with other bytes in the first field of this name; nothing where it has none. */
function overwritten(item: Item, name: string, bytes: (field: Field) => Uint8Array): readonly Item[] | undefined {
  const field = isMessage(item)
    ? leavesOf(describeContent(item.type, item.content).fields).find((one) => one.name === name)
    : undefined;
  if (!field) return undefined;
  const content = new Uint8Array(item.content);
  content.set(bytes(field), field.offset);
  return [{ ...item, content }];
}

/** The message with one extension more; nothing where it has no list of them, or there is none to add. */
function withExtension(
  content: Uint8Array,
  extra: (extensions: readonly Field[]) => Uint8Array | undefined,
): Uint8Array | undefined {
  const list = findField(describeContent(handshake, content).fields, 'extensions');
  const [, ...extensions] = list?.children ?? [];
  const more = list && extra(extensions);
  if (!list || !more) return undefined;
  const length = list.length - 2 + more.length;
  const body = Buffer.concat([
    content.subarray(4, list.offset),
    Buffer.of(length >> 8, length & 255),
    content.subarray(list.offset + 2, list.offset + list.length),
    more,
    content.subarray(list.offset + list.length),
  ]);
  return message(content[0] ?? 0, body);
}
function findField(fields: readonly Field[], name: string): Field | undefined {
  for (const field of fields) {
    const found = field.name === name ? field : findField(field.children ?? [], name);
    if (found) return found;
  }
  return undefined;
}
