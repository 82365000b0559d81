// How each extension is written and read (RFC 8446 4.2): its form is another one in another message.
import type { NameOf, Reader, Writer } from '../codec.ts';
import { refuse } from '../effects.ts';
import { extensionTypes, groupName, pskModes, signatureSchemeName, versionName } from '../registry.ts';
import type { Carrier, Extension, ExtensionOf, KeyShareEntry } from './extensions.ts';

export function writeForm(writer: Writer, carrier: Carrier, extension: Extension): void {
  if (extension.name === 'other') writer.bytes('extension_body', extension.body);
  else (forms[extension.name] as Form<Extension>).write(writer, extension, carrier);
}

/** What has no form in this message, or is not known, survives as it is. */
export function readForm(reader: Reader, carrier: Carrier, type: number): Extension {
  const form = all.find((one) => one.number === type && one.in.includes(carrier));
  return form?.read(reader, carrier) ?? { name: 'other', type, body: reader.rest('extension_body') };
}

/** Two extensions have two names here, since they say something else in another message. */
export const numberOf = (name: Known): number => {
  if (name === 'key_share_request') return extensionTypes.key_share;
  return name === 'pre_shared_key_selected' ? extensionTypes.pre_shared_key : extensionTypes[name];
};

interface Form<E extends Extension> {
  /** The messages in which it is read. */
  readonly in: readonly Carrier[];
  readonly write: (writer: Writer, extension: E, carrier: Carrier) => void;
  readonly read: (reader: Reader, carrier: Carrier) => E;
}
type Known = Exclude<Extension['name'], 'other'>;

const hello: readonly Carrier[] = ['ClientHello'];
const hellos: readonly Carrier[] = ['ClientHello', 'ServerHello'];
const everywhere: readonly Carrier[] = [
  ...hellos,
  'HelloRetryRequest',
  'EncryptedExtensions',
  'Certificate',
  'CertificateRequest',
  'NewSessionTicket',
];

const modeName = (mode: number) => Object.entries(pskModes).find(([, value]) => value === mode)?.[0] ?? `mode ${mode}`;
const pointFormat = (format: number) => (format === 0 ? 'uncompressed' : `format ${format}`);

const groupList = numbers('named_group_list', 'named_group', groupName);
const schemeList = numbers('supported_signature_algorithms', 'signature_scheme', signatureSchemeName);
const versionList = numbers('versions', 'version', versionName, 1);
const modeList = numbers('ke_modes', 'psk_key_exchange_mode', modeName, 1, 1);
const formatList = numbers('ec_point_format_list', 'ec_point_format', pointFormat, 1, 1);

const forms: { readonly [Name in Known]: Form<ExtensionOf<Name>> } = {
  server_name: {
    in: everywhere,
    write(writer, { host }) {
      if (host === undefined) return;
      writer.vector(2, 'server_name_list', () => {
        writer
          .uint(1, 'name_type', 0, nameType)
          .vector(2, 'host_name', () => writer.bytes('name', Buffer.from(host, 'latin1'), host));
      });
    },
    read(reader, carrier) {
      if (carrier !== 'ClientHello') return { name: 'server_name' };
      const host = reader.vector(2, 'server_name_list', () => {
        if (reader.uint(1, 'name_type', nameType) !== 0)
          refuse('decode_error', 'server_name: a name that is no host name');
        return reader.vector(2, 'host_name', () =>
          latin1(filled(reader, 'name', 'server_name: an empty name', latin1)),
        );
      });
      return { name: 'server_name', host };
    },
  },
  supported_groups: {
    in: ['ClientHello', 'EncryptedExtensions'],
    write: (writer, { groups }) => groupList.write(writer, groups),
    read: (reader) => ({ name: 'supported_groups', groups: groupList.read(reader, 'supported_groups') }),
  },
  signature_algorithms: {
    in: ['ClientHello', 'CertificateRequest'],
    write: (writer, { schemes }) => schemeList.write(writer, schemes),
    read: (reader) => ({ name: 'signature_algorithms', schemes: schemeList.read(reader, 'signature_algorithms') }),
  },
  application_layer_protocol_negotiation: {
    // In TLS 1.2 the server answers it in ServerHello.
    in: ['ClientHello', 'EncryptedExtensions', 'ServerHello'],
    write(writer, { protocols }) {
      writer.vector(2, 'protocol_name_list', () => {
        for (const protocol of protocols)
          writer.vector(1, 'protocol_name', () => writer.bytes('protocol', Buffer.from(protocol, 'latin1'), protocol));
      });
    },
    read: (reader) => ({
      name: 'application_layer_protocol_negotiation',
      protocols: some(reader, 2, 'protocol_name_list', 'ALPN', () =>
        reader.vector(1, 'protocol_name', () =>
          latin1(filled(reader, 'protocol', 'ALPN: an empty protocol name', latin1)),
        ),
      ),
    }),
  },
  supported_versions: {
    in: ['ClientHello', 'ServerHello', 'HelloRetryRequest'],
    write(writer, { versions }, carrier) {
      if (carrier !== 'ClientHello') writer.uint(2, 'selected_version', versions[0] ?? 0, versionName);
      else versionList.write(writer, versions);
    },
    read: (reader, carrier) => ({
      name: 'supported_versions',
      versions:
        carrier === 'ClientHello'
          ? versionList.read(reader, 'supported_versions')
          : [reader.uint(2, 'selected_version', versionName)],
    }),
  },
  cookie: {
    in: ['ClientHello', 'HelloRetryRequest'],
    write(writer, { cookie }) {
      writer.vector(2, 'cookie', () => writer.bytes('cookie_value', cookie));
    },
    read: (reader) => ({
      name: 'cookie',
      cookie: reader.vector(2, 'cookie', () => filled(reader, 'cookie_value', 'cookie: it is empty')),
    }),
  },
  key_share: {
    in: hellos,
    write(writer, { shares }, carrier) {
      const write = () => {
        for (const entry of shares) writeShare(writer, entry);
      };
      if (carrier === 'ClientHello') writer.vector(2, 'client_shares', write);
      else write();
    },
    read: (reader, carrier) => ({
      name: 'key_share',
      shares:
        carrier === 'ClientHello'
          ? reader.vector(2, 'client_shares', () => reader.list(readShare))
          : [readShare(reader)],
    }),
  },
  key_share_request: {
    in: ['HelloRetryRequest'],
    write(writer, { group }) {
      writer.uint(2, 'selected_group', group, groupName);
    },
    read: (reader) => ({ name: 'key_share_request', group: reader.uint(2, 'selected_group', groupName) }),
  },
  psk_key_exchange_modes: {
    in: hello,
    write: (writer, { modes }) => modeList.write(writer, modes),
    read: (reader) => ({ name: 'psk_key_exchange_modes', modes: modeList.read(reader, 'psk_key_exchange_modes') }),
  },
  pre_shared_key: {
    in: hello,
    write(writer, { identities, binders }) {
      writer
        .vector(2, 'identities', () => {
          for (const { identity, age } of identities)
            writer.group('psk_identity', () =>
              writer.vector(2, 'identity', () => writer.bytes('ticket_value', identity)).uint(4, 'obfuscated_age', age),
            );
        })
        .vector(2, 'binders', () => {
          for (const binder of binders) writer.vector(1, 'binder', () => writer.bytes('binder_value', binder));
        });
    },
    read: (reader) => ({
      name: 'pre_shared_key',
      identities: some(reader, 2, 'identities', 'identities', () =>
        reader.group('psk_identity', () => ({
          identity: reader.vector(2, 'identity', () =>
            filled(reader, 'ticket_value', 'pre_shared_key: an empty identity'),
          ),
          age: reader.uint(4, 'obfuscated_age'),
        })),
      ),
      binders: some(reader, 2, 'binders', 'binders', () =>
        reader.vector(1, 'binder', () => {
          if (reader.left < 32) refuse('decode_error', 'pre_shared_key: a binder under 32 bytes');
          return reader.rest('binder_value');
        }),
      ),
    }),
  },
  pre_shared_key_selected: {
    in: ['ServerHello'],
    write(writer, { index }) {
      writer.uint(2, 'selected_identity', index);
    },
    read: (reader) => ({ name: 'pre_shared_key_selected', index: reader.uint(2, 'selected_identity') }),
  },
  early_data: {
    in: ['ClientHello', 'EncryptedExtensions', 'NewSessionTicket'],
    write(writer, { maxSize }) {
      if (maxSize !== undefined) writer.uint(4, 'max_early_data_size', maxSize, bytesName);
    },
    read: (reader, carrier) =>
      carrier === 'NewSessionTicket'
        ? { name: 'early_data', maxSize: reader.uint(4, 'max_early_data_size', bytesName) }
        : { name: 'early_data' },
  },
  certificate_authorities: {
    in: ['ClientHello', 'CertificateRequest'],
    write(writer, { authorities }) {
      writer.vector(2, 'authorities', () => {
        for (const authority of authorities)
          writer.vector(2, 'distinguished_name', () => writer.bytes('name_in_der', authority));
      });
    },
    read: (reader) => ({
      name: 'certificate_authorities',
      authorities: some(reader, 2, 'authorities', 'certificate_authorities', () =>
        reader.vector(2, 'distinguished_name', () =>
          filled(reader, 'name_in_der', 'certificate_authorities: an empty name'),
        ),
      ),
    }),
  },
  post_handshake_auth: {
    in: hello,
    write() {},
    read: () => ({ name: 'post_handshake_auth' }),
  },
  record_size_limit: {
    in: ['ClientHello', 'EncryptedExtensions'],
    write(writer, { limit }) {
      writer.uint(2, 'size_limit', limit, bytesName);
    },
    read(reader) {
      const limit = reader.uint(2, 'size_limit', bytesName);
      if (limit < 64) refuse('illegal_parameter', `a record_size_limit of ${limit} bytes is under 64`); // RFC 8449 4
      return { name: 'record_size_limit', limit };
    },
  },
  ec_point_formats: {
    in: hellos,
    write: (writer, { formats }) => formatList.write(writer, formats),
    read: (reader) => ({ name: 'ec_point_formats', formats: formatList.read(reader, 'ec_point_formats') }),
  },
  extended_master_secret: {
    in: hellos,
    write() {},
    read: () => ({ name: 'extended_master_secret' }),
  },
  renegotiation_info: {
    in: hellos,
    write(writer, { connection }) {
      writer.vector(1, 'renegotiated_connection', () => writer.bytes('extension_body', connection));
    },
    read: (reader) => ({
      name: 'renegotiation_info',
      connection: reader.vector(1, 'renegotiated_connection', () => reader.rest('extension_body')),
    }),
  },
};
const all = Object.entries(forms).map(([name, form]) => ({
  number: numberOf(name as Known),
  ...(form as Form<Extension>),
}));

function writeShare(writer: Writer, { group, share }: KeyShareEntry): void {
  writer.group(
    'key_share_entry',
    () => writer.uint(2, 'group', group, groupName).vector(2, 'key_exchange', () => writer.bytes('share', share)),
    groupName(group),
  );
}
const readShare = (reader: Reader): KeyShareEntry =>
  reader.group(
    'key_share_entry',
    () => ({
      group: reader.uint(2, 'group', groupName),
      share: reader.vector(2, 'key_exchange', () => filled(reader, 'share', 'key_share: an empty share')),
    }),
    ({ group }) => groupName(group),
  );

/** A list of numbers, its length in `size` bytes and each of them in `each`; one that comes must not be empty. */
function numbers(field: string, item: string, nameOf: NameOf, size: 1 | 2 = 2, each: 1 | 2 = 2) {
  return {
    write(writer: Writer, values: readonly number[]): void {
      writer.vector(size, field, () => {
        for (const value of values) writer.uint(each, item, value, nameOf);
      });
    },
    read: (reader: Reader, name: string) => some(reader, size, field, name, () => reader.uint(each, item, nameOf)),
  };
}

/** A list with a length prefix of `size` bytes; it must not be empty. */
const some = <T>(reader: Reader, size: 1 | 2, field: string, name: string, item: () => T): T[] =>
  reader.vector(size, field, () => {
    const items = reader.list(item);
    if (!items.length) refuse('decode_error', `${name}: the list is empty`);
    return items;
  });
/** The rest of a vector; it must not be empty. */
function filled(reader: Reader, field: string, reason: string, words?: (value: Uint8Array) => string): Uint8Array {
  if (!reader.left) refuse('decode_error', reason);
  return reader.rest(field, words);
}
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const bytesName = (count: number) => `${count} bytes`;
const nameType = (type: number) => (type === 0 ? 'host_name' : `type ${type}`);
