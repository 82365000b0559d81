// Extensions (RFC 8446 4.2): read and written in one place, since the same extension has another form in another message.
import type { Reader, Writer } from '../codec.ts';
import { refuse } from '../effects.ts';
import {
  extensionName,
  extensionTypes,
  groupName,
  isRegistered,
  pskModes,
  signatureSchemeName,
  versionName,
} from '../registry.ts';

/** The messages that carry extensions. */
export type Carrier =
  | 'ClientHello'
  | 'ServerHello'
  | 'HelloRetryRequest'
  | 'EncryptedExtensions'
  | 'Certificate'
  | 'CertificateRequest'
  | 'NewSessionTicket';

export interface KeyShareEntry {
  readonly group: number;
  readonly share: Uint8Array;
}
export interface PskIdentity {
  readonly identity: Uint8Array;
  /** Milliseconds since the ticket came, plus its ticket_age_add, modulo 2^32. */
  readonly age: number;
}
export type Extension =
  /** Empty in EncryptedExtensions: the server says that it used the name. */
  | { readonly name: 'server_name'; readonly host?: string }
  | { readonly name: 'supported_groups'; readonly groups: readonly number[] }
  | { readonly name: 'signature_algorithms'; readonly schemes: readonly number[] }
  | { readonly name: 'application_layer_protocol_negotiation'; readonly protocols: readonly string[] }
  /** A list in ClientHello; the one that was chosen in ServerHello and HelloRetryRequest. */
  | { readonly name: 'supported_versions'; readonly versions: readonly number[] }
  | { readonly name: 'cookie'; readonly cookie: Uint8Array }
  /** A list in ClientHello, one in ServerHello. */
  | { readonly name: 'key_share'; readonly shares: readonly KeyShareEntry[] }
  /** key_share in HelloRetryRequest: the group of which a share is wanted. */
  | { readonly name: 'key_share_request'; readonly group: number }
  /** Distinguished names in DER (4.2.4). */
  | { readonly name: 'certificate_authorities'; readonly authorities: readonly Uint8Array[] }
  /** How the client would use a PSK: 0 alone, 1 with a key exchange (4.2.9). */
  | { readonly name: 'psk_key_exchange_modes'; readonly modes: readonly number[] }
  /** In ClientHello, where it stands last: tickets, the age of each in disguise, and a binder for each. */
  | {
      readonly name: 'pre_shared_key';
      readonly identities: readonly PskIdentity[];
      readonly binders: readonly Uint8Array[];
    }
  /** pre_shared_key in ServerHello: which of them was taken. */
  | { readonly name: 'pre_shared_key_selected'; readonly index: number }
  /** Empty, but in NewSessionTicket: there it says how much. */
  | { readonly name: 'early_data'; readonly maxSize?: number }
  /** RFC 8449: bytes of content, type and padding in a record. */
  | { readonly name: 'record_size_limit'; readonly limit: number }
  /** TLS 1.2 (RFC 8422 5.1.2, RFC 7627 5.1, RFC 5746 3.2). */
  | { readonly name: 'ec_point_formats'; readonly formats: readonly number[] }
  | { readonly name: 'extended_master_secret' }
  | { readonly name: 'renegotiation_info'; readonly connection: Uint8Array }
  /** What this engine does not read. It survives as it is. */
  | { readonly name: 'other'; readonly type: number; readonly body: Uint8Array };
export type ExtensionOf<Name extends Extension['name']> = Extract<Extension, { name: Name }>;

export const extensionTypeOf = (extension: Extension): number => {
  if (extension.name === 'other') return extension.type;
  if (extension.name === 'key_share_request') return extensionTypes.key_share;
  return extension.name === 'pre_shared_key_selected' ? extensionTypes.pre_shared_key : extensionTypes[extension.name];
};

export const findExtension = <Name extends Extension['name']>(extensions: readonly Extension[], name: Name) =>
  extensions.find((extension): extension is ExtensionOf<Name> => extension.name === name);

export function writeExtensions(writer: Writer, carrier: Carrier, extensions: readonly Extension[]): void {
  writer.vector(2, 'extensions', () => {
    for (const extension of extensions) {
      const type = extensionTypeOf(extension);
      writer.group(fieldName(type), () => {
        writer
          .uint(2, 'extension_type', type, extensionName)
          .vector(2, 'extension_data', () => writeBody(writer, carrier, extension));
      });
    }
  });
}

/** Refuses an extension that comes twice (4.2). */
export function readExtensions(reader: Reader, carrier: Carrier): Extension[] {
  const seen = new Set<number>();
  return reader.vector(2, 'extensions', () =>
    reader.list(() => {
      let type = 0;
      return reader.group(
        () => fieldName(type),
        () => {
          type = reader.uint(2, 'extension_type', extensionName);
          if (seen.has(type)) refuse('illegal_parameter', `the extension ${extensionName(type)} comes twice`);
          seen.add(type);
          return reader.vector(2, 'extension_data', () => readBody(reader, carrier, type));
        },
      );
    }),
  );
}

/** Extensions that the registry does not name share one field name. */
const fieldName = (type: number): string => (isRegistered(type) ? extensionName(type) : 'unknown_extension');

function writeBody(writer: Writer, carrier: Carrier, extension: Extension): void {
  switch (extension.name) {
    case 'server_name':
      if (extension.host === undefined) return;
      writer.vector(2, 'server_name_list', () => {
        const host = Buffer.from(extension.host ?? '', 'latin1');
        writer
          .uint(1, 'name_type', 0, nameType)
          .vector(2, 'host_name', () => writer.bytes('name', host, extension.host));
      });
      return;
    case 'supported_groups':
      writer.vector(2, 'named_group_list', () => {
        for (const group of extension.groups) writer.uint(2, 'named_group', group, groupName);
      });
      return;
    case 'signature_algorithms':
      writer.vector(2, 'supported_signature_algorithms', () => {
        for (const scheme of extension.schemes) writer.uint(2, 'signature_scheme', scheme, signatureSchemeName);
      });
      return;
    case 'application_layer_protocol_negotiation':
      writer.vector(2, 'protocol_name_list', () => {
        for (const protocol of extension.protocols) {
          writer.vector(1, 'protocol_name', () => writer.bytes('protocol', Buffer.from(protocol, 'latin1'), protocol));
        }
      });
      return;
    case 'supported_versions':
      if (carrier !== 'ClientHello') writer.uint(2, 'selected_version', extension.versions[0] ?? 0, versionName);
      else
        writer.vector(1, 'versions', () => {
          for (const version of extension.versions) writer.uint(2, 'version', version, versionName);
        });
      return;
    case 'cookie':
      writer.vector(2, 'cookie', () => writer.bytes('cookie_value', extension.cookie));
      return;
    case 'key_share':
      if (carrier === 'ClientHello')
        writer.vector(2, 'client_shares', () =>
          extension.shares.forEach((entry) => {
            writeShare(writer, entry);
          }),
        );
      else for (const entry of extension.shares) writeShare(writer, entry);
      return;
    case 'key_share_request':
      writer.uint(2, 'selected_group', extension.group, groupName);
      return;
    case 'psk_key_exchange_modes':
      writer.vector(1, 'ke_modes', () => {
        for (const mode of extension.modes) writer.uint(1, 'psk_key_exchange_mode', mode, modeName);
      });
      return;
    case 'pre_shared_key':
      writer
        .vector(2, 'identities', () => {
          for (const { identity, age } of extension.identities)
            writer.group('psk_identity', () =>
              writer.vector(2, 'identity', () => writer.bytes('ticket_value', identity)).uint(4, 'obfuscated_age', age),
            );
        })
        .vector(2, 'binders', () => {
          for (const binder of extension.binders)
            writer.vector(1, 'binder', () => writer.bytes('binder_value', binder));
        });
      return;
    case 'pre_shared_key_selected':
      writer.uint(2, 'selected_identity', extension.index);
      return;
    case 'early_data':
      if (extension.maxSize !== undefined) writer.uint(4, 'max_early_data_size', extension.maxSize, bytesName);
      return;
    case 'certificate_authorities':
      writer.vector(2, 'authorities', () => {
        for (const authority of extension.authorities)
          writer.vector(2, 'distinguished_name', () => writer.bytes('name_in_der', authority));
      });
      return;
    case 'record_size_limit':
      writer.uint(2, 'size_limit', extension.limit, bytesName);
      return;
    case 'ec_point_formats':
      writer.vector(1, 'ec_point_format_list', () => {
        for (const format of extension.formats) writer.uint(1, 'ec_point_format', format, pointFormat);
      });
      return;
    case 'extended_master_secret':
      return;
    case 'renegotiation_info':
      writer.vector(1, 'renegotiated_connection', () => writer.bytes('extension_body', extension.connection));
      return;
    case 'other':
      writer.bytes('extension_body', extension.body);
  }
}

function readBody(reader: Reader, carrier: Carrier, type: number): Extension {
  const inHello = carrier === 'ClientHello';
  switch (type) {
    case extensionTypes.server_name: {
      if (!inHello) return { name: 'server_name' };
      const host = reader.vector(2, 'server_name_list', () => {
        if (reader.uint(1, 'name_type', nameType) !== 0)
          refuse('decode_error', 'server_name: a name that is no host name');
        return reader.vector(2, 'host_name', () => {
          if (!reader.left) refuse('decode_error', 'server_name: an empty name');
          return latin1(reader.rest('name', latin1));
        });
      });
      return { name: 'server_name', host };
    }
    case extensionTypes.supported_groups:
      if (!inHello && carrier !== 'EncryptedExtensions') break;
      return {
        name: 'supported_groups',
        groups: reader.vector(2, 'named_group_list', () =>
          some(
            reader.list(() => reader.uint(2, 'named_group', groupName)),
            'supported_groups',
          ),
        ),
      };
    case extensionTypes.signature_algorithms:
      if (!inHello && carrier !== 'CertificateRequest') break;
      return {
        name: 'signature_algorithms',
        schemes: reader.vector(2, 'supported_signature_algorithms', () =>
          some(
            reader.list(() => reader.uint(2, 'signature_scheme', signatureSchemeName)),
            'signature_algorithms',
          ),
        ),
      };
    case extensionTypes.application_layer_protocol_negotiation:
      // In TLS 1.2 the server answers it in ServerHello.
      if (!inHello && carrier !== 'EncryptedExtensions' && carrier !== 'ServerHello') break;
      return {
        name: 'application_layer_protocol_negotiation',
        protocols: reader.vector(2, 'protocol_name_list', () =>
          some(
            reader.list(() =>
              reader.vector(1, 'protocol_name', () => {
                if (!reader.left) refuse('decode_error', 'ALPN: an empty protocol name');
                return latin1(reader.rest('protocol', latin1));
              }),
            ),
            'ALPN',
          ),
        ),
      };
    case extensionTypes.supported_versions:
      if (inHello)
        return {
          name: 'supported_versions',
          versions: reader.vector(1, 'versions', () =>
            some(
              reader.list(() => reader.uint(2, 'version', versionName)),
              'supported_versions',
            ),
          ),
        };
      if (carrier !== 'ServerHello' && carrier !== 'HelloRetryRequest') break;
      return { name: 'supported_versions', versions: [reader.uint(2, 'selected_version', versionName)] };
    case extensionTypes.cookie:
      if (!inHello && carrier !== 'HelloRetryRequest') break;
      return {
        name: 'cookie',
        cookie: reader.vector(2, 'cookie', () => {
          if (!reader.left) refuse('decode_error', 'cookie: it is empty');
          return reader.rest('cookie_value');
        }),
      };
    case extensionTypes.psk_key_exchange_modes:
      if (!inHello) break;
      return {
        name: 'psk_key_exchange_modes',
        modes: reader.vector(1, 'ke_modes', () =>
          some(
            reader.list(() => reader.uint(1, 'psk_key_exchange_mode', modeName)),
            'psk_key_exchange_modes',
          ),
        ),
      };
    case extensionTypes.pre_shared_key:
      if (inHello) return readPsks(reader);
      if (carrier !== 'ServerHello') break;
      return { name: 'pre_shared_key_selected', index: reader.uint(2, 'selected_identity') };
    case extensionTypes.early_data:
      if (carrier === 'NewSessionTicket')
        return { name: 'early_data', maxSize: reader.uint(4, 'max_early_data_size', bytesName) };
      if (!inHello && carrier !== 'EncryptedExtensions') break;
      return { name: 'early_data' };
    case extensionTypes.certificate_authorities:
      if (!inHello && carrier !== 'CertificateRequest') break;
      return {
        name: 'certificate_authorities',
        authorities: reader.vector(2, 'authorities', () =>
          some(
            reader.list(() =>
              reader.vector(2, 'distinguished_name', () => {
                if (!reader.left) refuse('decode_error', 'certificate_authorities: an empty name');
                return reader.rest('name_in_der');
              }),
            ),
            'certificate_authorities',
          ),
        ),
      };
    case extensionTypes.record_size_limit: {
      if (!inHello && carrier !== 'EncryptedExtensions') break;
      const limit = reader.uint(2, 'size_limit', bytesName);
      if (limit < 64) refuse('illegal_parameter', `a record_size_limit of ${limit} bytes is under 64`); // RFC 8449 4
      return { name: 'record_size_limit', limit };
    }
    case extensionTypes.key_share:
      if (inHello)
        return { name: 'key_share', shares: reader.vector(2, 'client_shares', () => reader.list(readShare)) };
      if (carrier === 'ServerHello') return { name: 'key_share', shares: [readShare(reader)] };
      if (carrier === 'HelloRetryRequest')
        return { name: 'key_share_request', group: reader.uint(2, 'selected_group', groupName) };
      break;
  }
  return (inHello || carrier === 'ServerHello' ? readOlder(reader, type) : undefined) ?? readOther(reader, type);
}

const readOther = (reader: Reader, type: number): Extension => ({
  name: 'other',
  type,
  body: reader.rest('extension_body'),
});

/** The extensions of TLS 1.2, of which the hellos have one form each. */
function readOlder(reader: Reader, type: number): Extension | undefined {
  switch (type) {
    case extensionTypes.ec_point_formats:
      return {
        name: 'ec_point_formats',
        formats: reader.vector(1, 'ec_point_format_list', () =>
          some(
            reader.list(() => reader.uint(1, 'ec_point_format', pointFormat)),
            'ec_point_formats',
          ),
        ),
      };
    case extensionTypes.extended_master_secret:
      return { name: 'extended_master_secret' };
    case extensionTypes.renegotiation_info:
      return {
        name: 'renegotiation_info',
        connection: reader.vector(1, 'renegotiated_connection', () => reader.rest('extension_body')),
      };
    default:
      return undefined;
  }
}

function readPsks(reader: Reader): Extension {
  const identities = reader.vector(2, 'identities', () =>
    some(
      reader.list(() =>
        reader.group('psk_identity', () => ({
          identity: reader.vector(2, 'identity', () => {
            if (!reader.left) refuse('decode_error', 'pre_shared_key: an empty identity');
            return reader.rest('ticket_value');
          }),
          age: reader.uint(4, 'obfuscated_age'),
        })),
      ),
      'identities',
    ),
  );
  const binders = reader.vector(2, 'binders', () =>
    some(
      reader.list(() =>
        reader.vector(1, 'binder', () => {
          if (reader.left < 32) refuse('decode_error', 'pre_shared_key: a binder under 32 bytes');
          return reader.rest('binder_value');
        }),
      ),
      'binders',
    ),
  );
  return { name: 'pre_shared_key', identities, binders };
}

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
      share: reader.vector(2, 'key_exchange', () => {
        if (!reader.left) refuse('decode_error', 'key_share: an empty share');
        return reader.rest('share');
      }),
    }),
    ({ group }) => groupName(group),
  );

const modeName = (mode: number) => Object.entries(pskModes).find(([, value]) => value === mode)?.[0] ?? `mode ${mode}`;
const bytesName = (count: number) => `${count} bytes`;
const pointFormat = (format: number) => (format === 0 ? 'uncompressed' : `format ${format}`);
const nameType = (type: number) => (type === 0 ? 'host_name' : `type ${type}`);
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
function some<T>(items: T[], name: string): T[] {
  if (!items.length) refuse('decode_error', `${name}: the list is empty`);
  return items;
}
