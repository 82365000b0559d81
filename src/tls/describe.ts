// What a record carries, for whoever can read it: a name in a few words and the map of its fields.
import { alertName } from './alerts.ts';
import { type Field, Reader } from './codec.ts';
import { Refusal } from './effects.ts';
import { decodeCertificate } from './messages/certificate.ts';
import { decodeCertificateRequest } from './messages/certificateRequest.ts';
import { decodeCertificateVerify } from './messages/certificateVerify.ts';
import { decodeClientHello } from './messages/clientHello.ts';
import { decodeEndOfEarlyData } from './messages/endOfEarlyData.ts';
import { decodeEncryptedExtensions } from './messages/encryptedExtensions.ts';
import { decodeFinished } from './messages/finished.ts';
import { decodeKeyUpdate } from './messages/keyUpdate.ts';
import { decodeNewSessionTicket } from './messages/newSessionTicket.ts';
import { decodeServerHello, isRetry, type ServerHello } from './messages/serverHello.ts';
import type { Decoded, Encoded } from './messages/message.ts';
import { decodeCertificate12 } from './v12/messages/certificate12.ts';
import { decodeClientShare, decodeLockedSecret } from './v12/messages/clientKeyExchange.ts';
import { decodeHelloRequest, decodeServerHelloDone } from './v12/messages/serverHelloDone.ts';
import { decodeServerKeyExchange } from './v12/messages/serverKeyExchange.ts';
import { sealedFields12 } from './v12/record12.ts';
import type { Suite12 } from './v12/suites12.ts';
import { parseHeader, recordFields, sealedFields, shift } from './record.ts';
import { contentTypes, handshakeTypeName, handshakeTypes } from './registry.ts';

export interface Description {
  readonly name: string;
  readonly fields: readonly Field[];
  /** The whole handshake messages in it, each with a map of its own. */
  readonly messages?: readonly Encoded[];
}

/** Of messages that share a record. */
export function describeFlight(messages: readonly Encoded[]): Description {
  let at = 0;
  const fields = messages.flatMap((message) => {
    const shifted = at ? shift(message.fields, at) : message.fields;
    at += message.bytes.length;
    return shifted;
  });
  return { name: messages.map(({ name }) => name).join(' + '), fields, messages };
}

/** Of the content of a record, opened or in the clear. Never throws: what cannot be read is named as such. */
export function describeContent(type: number, content: Uint8Array): Description {
  switch (type) {
    case contentTypes.handshake:
      return describeHandshake(content);
    case contentTypes.alert:
      return describeAlert(content);
    case contentTypes.change_cipher_spec:
      return { name: 'ChangeCipherSpec', fields: whole('change_cipher_spec', content) };
    case contentTypes.application_data:
      return { name: 'application data', fields: whole('data', content) };
    default:
      return { name: `record type ${type}`, fields: whole('fragment', content) };
  }
}

/**
 * Of whole bytes on a cable, to somebody without keys. Nothing where they are no TLS record. `suite` is what a ServerHello of
 * TLS 1.2 chose there, since each seals in another way; where it is left out, records are sealed as in TLS 1.3.
 */
export function describeRecord(
  bytes: Uint8Array,
  suite?: Suite12,
): (Description & { readonly sealed: boolean }) | undefined {
  const [type = 0, major] = bytes;
  if (bytes.length < 5 || major !== 3 || type < 20 || type > 23 || lengthIn(bytes) !== bytes.length - 5)
    return undefined;
  const content = bytes.subarray(5);
  if (type === contentTypes.application_data || isSealed(type, content))
    return { name: '', fields: suite ? sealedFields12({ suite }, bytes) : sealedFields(bytes), sealed: true };
  const { name, fields } = describeContent(type, content);
  return { name, fields: recordFields(bytes, fields), sealed: false };
}

/** The ServerHello at the beginning of a record in the clear: what whoever listens learns about the records that follow. */
export function serverHelloIn(bytes: Uint8Array): ServerHello | undefined {
  const [type, major, , , , message, a = 0, b = 0, c = 0] = bytes;
  const end = 9 + a * 65536 + b * 256 + c;
  if (type !== contentTypes.handshake || major !== 3 || message !== handshakeTypes.server_hello || end > bytes.length)
    return undefined;
  try {
    return decodeServerHello(bytes.subarray(5, end), false);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** TLS 1.2 seals alerts and handshake messages under their own type: what begins like none of these is sealed. */
function isSealed(type: number, content: Uint8Array): boolean {
  if (type === contentTypes.alert) return content.length !== 2;
  if (type !== contentTypes.handshake || content.length < 4) return false;
  const [message = 0, ...length] = content.subarray(0, 4);
  const empty = message === handshakeTypes.hello_request && content.length > 4;
  return empty || handshakeTypeName(message).startsWith('0x') || length[0] !== 0;
}

function lengthIn(bytes: Uint8Array): number | undefined {
  try {
    return parseHeader(bytes).length;
  } catch {
    return undefined;
  }
}

/** One handshake message, by its type; nothing where it is not one that the engine reads or is malformed. */
export function describeMessage(bytes: Uint8Array): Description | undefined {
  try {
    switch (bytes[0]) {
      case handshakeTypes.client_hello:
        return { name: 'ClientHello', fields: decodeClientHello(bytes).fields };
      case handshakeTypes.server_hello: {
        const hello = decodeServerHello(bytes);
        return { name: isRetry(hello) ? 'HelloRetryRequest' : 'ServerHello', fields: hello.fields };
      }
      case handshakeTypes.encrypted_extensions:
        return { name: 'EncryptedExtensions', fields: decodeEncryptedExtensions(bytes).fields };
      case handshakeTypes.certificate:
        return { name: 'Certificate', fields: eitherOf(bytes, decodeCertificate, decodeCertificate12) };
      case handshakeTypes.hello_request:
        return { name: 'HelloRequest', fields: decodeHelloRequest(bytes).fields };
      case handshakeTypes.server_key_exchange:
        return { name: 'ServerKeyExchange', fields: decodeServerKeyExchange(bytes).fields };
      case handshakeTypes.server_hello_done:
        return { name: 'ServerHelloDone', fields: decodeServerHelloDone(bytes).fields };
      case handshakeTypes.client_key_exchange:
        return { name: 'ClientKeyExchange', fields: eitherOf(bytes, decodeClientShare, decodeLockedSecret) };
      case handshakeTypes.certificate_request:
        return { name: 'CertificateRequest', fields: decodeCertificateRequest(bytes).fields };
      case handshakeTypes.certificate_verify:
        return { name: 'CertificateVerify', fields: decodeCertificateVerify(bytes).fields };
      case handshakeTypes.finished:
        return { name: 'Finished', fields: decodeFinished(bytes).fields };
      case handshakeTypes.new_session_ticket:
        return { name: 'NewSessionTicket', fields: decodeNewSessionTicket(bytes).fields };
      case handshakeTypes.end_of_early_data:
        return { name: 'EndOfEarlyData', fields: decodeEndOfEarlyData(bytes).fields };
      case handshakeTypes.key_update:
        return { name: 'KeyUpdate', fields: decodeKeyUpdate(bytes).fields };
      default:
        return undefined;
    }
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

type Decode = (bytes: Uint8Array) => Decoded<object>;

/** Of a message that has two forms, whose lengths cannot both come out even. */
function eitherOf(bytes: Uint8Array, one: Decode, other: Decode): readonly Field[] {
  try {
    return one(bytes).fields;
  } catch (error) {
    if (error instanceof Refusal) return other(bytes).fields;
    throw error;
  }
}

function describeHandshake(content: Uint8Array): Description {
  const messages: Encoded[] = [];
  for (let at = 0; at < content.length; ) {
    const [type = 0, a = 0, b = 0, c = 0] = content.subarray(at, at + 4);
    const end = at + 4 + a * 65536 + b * 256 + c;
    const cut = content.length - at < 4 || end > content.length;
    const bytes = content.subarray(at, cut ? content.length : end);
    const read = cut ? { name: 'handshake fragment', fields: whole('fragment', bytes) } : describeMessage(bytes);
    messages.push({ bytes, ...(read ?? { name: handshakeTypeName(type), fields: whole('fragment', bytes) }) });
    at += bytes.length;
  }
  return describeFlight(messages);
}

function describeAlert(content: Uint8Array): Description {
  if (content.length !== 2) return { name: 'alert', fields: whole('fragment', content) };
  const reader = new Reader(content);
  reader.uint(1, 'level', (level) => (level === 1 ? 'warning' : level === 2 ? 'fatal' : `level ${level}`));
  const number = reader.uint(1, 'description', (value) => alertName(value) ?? `alert ${value}`);
  return { name: `alert: ${alertName(number) ?? number}`, fields: reader.done() };
}

const whole = (name: string, content: Uint8Array): Field[] =>
  content.length ? [{ name, offset: 0, length: content.length }] : [];
