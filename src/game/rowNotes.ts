// One line on what a message says, for the second row of the ladder and for plain mode. At most 60 columns.
import { X509Certificate } from 'node:crypto';
import { Refusal } from '../tls/effects.ts';
import { decodeCertificate } from '../tls/messages/certificate.ts';
import { decodeClientHello } from '../tls/messages/clientHello.ts';
import { findExtension } from '../tls/messages/extensions.ts';
import { decodeServerHello } from '../tls/messages/serverHello.ts';
import { groupName, signatureSchemeName, suiteName } from '../tls/registry.ts';
import { decodeCertificate12 } from '../tls/v12/messages/certificate12.ts';
import { decodeClientShare, decodeLockedSecret } from '../tls/v12/messages/clientKeyExchange.ts';
import { decodeServerKeyExchange } from '../tls/v12/messages/serverKeyExchange.ts';
import type { Cell } from '../scenarios/cells.ts';
import { addressText } from '../scenarios/dns.ts';
import type { ExchangeMessage, Kind } from '../scenarios/exchangeMessages.ts';
import { describeHttp } from '../scenarios/http.ts';
import { decodeCommand, decodePlace } from '../scenarios/onionLayers.ts';

/** The traffic keys by their names in a key log. */
export const holdsKeyNames: Readonly<Record<string, string>> = {
  CLIENT_HANDSHAKE_TRAFFIC_SECRET: 'client handshake',
  SERVER_HANDSHAKE_TRAFFIC_SECRET: 'server handshake',
  CLIENT_TRAFFIC_SECRET_0: 'client application',
  SERVER_TRAFFIC_SECRET_0: 'server application',
};

/** `content` is what the record carries (with the type byte behind it where it was sealed). */
export function noteOn(name: string, content: Uint8Array, sealed: boolean): string {
  try {
    return write(name, content, sealed);
  } catch (error) {
    if (error instanceof Refusal) return '';
    throw error;
  }
}

function write(name: string, content: Uint8Array, sealed: boolean): string {
  switch (name) {
    case 'ClientHello': {
      const hello = decodeClientHello(content, false);
      const shares = findExtension(hello.extensions, 'key_share')?.shares.map(({ group }) => groupLabel(group));
      const offered = hello.suites.length === 1 ? shortSuite(hello.suites[0] ?? 0) : `${hello.suites.length} suites`;
      return `offers ${offered}${shares ? `, key share ${shares.join(', ') || 'of no group'}` : ''}`;
    }
    case 'ServerHello': {
      const hello = decodeServerHello(content, false);
      const share = findExtension(hello.extensions, 'key_share')?.shares[0];
      return `picks ${shortSuite(hello.suite)}${share ? `, key share ${groupLabel(share.group)}` : ''}`;
    }
    case 'HelloRetryRequest': {
      const group = findExtension(decodeServerHello(content, false).extensions, 'key_share_request')?.group;
      return group === undefined ? 'asks for a second hello' : `asks for a share of ${groupLabel(group)}`;
    }
    case 'EncryptedExtensions':
      return 'answers what need not be read on the way';
    case 'Certificate':
      return certificateNote(sealed ? content.subarray(0, -1) : content);
    case 'CertificateVerify':
      return 'a signature over the handshake so far';
    case 'Finished':
      return 'a seal over every message so far';
    case 'ServerKeyExchange': {
      const { group, scheme } = decodeServerKeyExchange(content, false);
      return `key share ${groupLabel(group)}, signed: ${signatureSchemeName(scheme)}`;
    }
    case 'ServerHelloDone':
      return 'now it is the client’s turn';
    case 'ClientKeyExchange':
      return clientKeyNote(content);
    case 'ChangeCipherSpec':
      return 'in TLS 1.2: sealed from here on; in 1.3 it means nothing';
    case 'application data':
      return sealed ? dataNote(content.subarray(0, -1)) : '';
    case 'alert: close_notify':
      return sealed ? 'the end, sealed' : 'in the clear: anybody can type this';
    default:
      return '';
  }
}

/** On a message of two people who agree on a key. */
export function exchangeNote({ kind, parts, fields }: ExchangeMessage): string {
  const group = fields.find(({ name }) => name === 'group')?.value ?? '';
  const recipe = fields.find(({ name }) => name === 'key_recipe')?.value ?? '';
  const sealing = fields.find(({ name }) => name === 'sealed_with')?.value ?? '';
  const shown = [...(parts.share ?? parts.number ?? parts.hash ?? [])]
    .slice(0, 4)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join(' ');
  const notes: Readonly<Record<Kind, string>> = {
    share: `${group}: ${shown} ...`,
    number: `${shown} ... and nobody else should see it`,
    both: `share ${shown} ..., and what should stay at home`,
    hash: `${shown} ... from which nobody gets the share back`,
    sealed: `the key is ${recipe}`,
    plain: 'anybody can read it',
    demanding: `${group}: ${shown} ... Yours must come with more`,
    hashed: `${group}: ${shown} ... and its SHA-256`,
    signed: `${group}: ${shown} ... and a signature`,
    emptyDisk: 'the private number was erased',
    disk: `${shown} ... was kept`,
    terms: `with ${sealing}, please`,
    form: sealing,
    formHashed: `${sealing} beside it`,
    formTagged: sealing,
    answer: Buffer.from(parts.text ?? []).toString('latin1'),
    publicKey: `${(parts.modulus?.length ?? 0) * 8} bits; everybody may have it`,
    openKey: 'the 32 bytes themselves; anybody can read them',
    keyUnderRsa: 'it takes a private key to open it',
    keyUnderItself: 'it takes the key to get the key',
    photo: 'AES-GCM',
    photoInBlocks: 'each block takes a private key to open it',
    reply: 'AES-GCM',
    replyUnderRsa: 'made with a private key',
    openDisk: 'the file, and from the memory what opens it',
  };
  return notes[kind];
}

/** On a cell: between whom it goes, and what it is to do where somebody has opened it to the core. */
export function cellNote({ kind, from, to }: Cell, inside?: Uint8Array): string {
  const way = `${addressText(from)} to ${addressText(to)}`;
  if (kind === 'opening') return `${way}, with a key share`;
  const message = inside && decodeCommand(inside);
  if (!message || message.command === 'data') return way;
  return message.command === 'ready'
    ? `${way}: the circuit stands`
    : `${way}: to ${decodePlace(message.payload).place}`;
}

function certificateNote(content: Uint8Array): string {
  const chain = eitherOf(
    () => decodeCertificate(content, false).entries.map(({ certificate }) => certificate),
    () => decodeCertificate12(content, false).chain,
  );
  const [leaf] = chain;
  if (!leaf) return 'no certificate';
  return `${chain.length === 1 ? 'one certificate' : `${chain.length} certificates`}, for ${subjectOf(leaf)}`;
}

/** What no reader of the one kind reads is of the other: a locked secret has two bytes of length, a share has one. */
const clientKeyNote = (content: Uint8Array): string =>
  eitherOf(
    () => `a public share of ${decodeClientShare(content, false).share.length} bytes`,
    () => `${decodeLockedSecret(content, false).locked.length} bytes, locked for the key in the certificate`,
  );

function eitherOf<T>(one: () => T, other: () => T): T {
  try {
    return one();
  } catch (error) {
    if (error instanceof Refusal) return other();
    throw error;
  }
}

function subjectOf(certificate: Uint8Array): string {
  try {
    return /CN=([^\n]*)/.exec(new X509Certificate(certificate).subject)?.[1] ?? 'nobody named';
  } catch {
    return 'nobody that can be read';
  }
}

function dataNote(content: Uint8Array): string {
  const http = describeHttp(content);
  return http ? http.name : (Buffer.from(content).toString('latin1').split('\n')[0] ?? '').slice(0, 48);
}

const groupLabel = (group: number): string => (groupName(group) === 'secp256r1' ? 'P-256' : groupName(group));
const shortSuite = (suite: number): string =>
  suiteName(suite)
    .replace('TLS_', '')
    .replace(/_SHA\d+$/, '')
    .replaceAll('_', '-');
