// Extensions (RFC 8446 4.2): what each says, and the list that carries them in a message.
import type { Reader, Writer } from '../codec.ts';
import { refuse } from '../effects.ts';
import { extensionName, isRegistered } from '../registry.ts';
import { numberOf, readForm, writeForm } from './extensionForms.ts';

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
  /** The client may be asked for a certificate after the handshake (4.2.6). */
  | { readonly name: 'post_handshake_auth' }
  /** RFC 8449: bytes of content, type and padding in a record. */
  | { readonly name: 'record_size_limit'; readonly limit: number }
  /** TLS 1.2 (RFC 8422 5.1.2, RFC 7627 5.1, RFC 5746 3.2). */
  | { readonly name: 'ec_point_formats'; readonly formats: readonly number[] }
  | { readonly name: 'extended_master_secret' }
  | { readonly name: 'renegotiation_info'; readonly connection: Uint8Array }
  /** What this engine does not read. It survives as it is. */
  | { readonly name: 'other'; readonly type: number; readonly body: Uint8Array };
export type ExtensionOf<Name extends Extension['name']> = Extract<Extension, { name: Name }>;

export const extensionTypeOf = (extension: Extension): number =>
  extension.name === 'other' ? extension.type : numberOf(extension.name);

export const findExtension = <Name extends Extension['name']>(extensions: readonly Extension[], name: Name) =>
  extensions.find((extension): extension is ExtensionOf<Name> => extension.name === name);

export function writeExtensions(writer: Writer, carrier: Carrier, extensions: readonly Extension[]): void {
  writer.vector(2, 'extensions', () => {
    for (const extension of extensions) {
      const type = extensionTypeOf(extension);
      writer.group(fieldName(type), () => {
        writer
          .uint(2, 'extension_type', type, extensionName)
          .vector(2, 'extension_data', () => writeForm(writer, carrier, extension));
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
          return reader.vector(2, 'extension_data', () => readForm(reader, carrier, type));
        },
      );
    }),
  );
}

/** Extensions that the registry does not name share one field name. */
const fieldName = (type: number): string => (isRegistered(type) ? extensionName(type) : 'unknown_extension');
