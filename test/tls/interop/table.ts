// The table of interoperation: what the engine does, with whom, and from which end. Each cell is a whole exchange of HTTP, or
// says why there can be none. Data alone: table.test.ts runs it, scripts/interoperation.ts writes it down.
import type { groups, signatureSchemes, suites } from '../../../src/tls/registry.ts';

export type Leaf = 'Ed25519' | 'P-256' | 'RSA';

/** What the two ends are set to. What is left out is as usual: TLS 1.3, an Ed25519 certificate, one visit. */
export interface Terms {
  /** What the engine speaks. */
  readonly engine?: 'TLS 1.3' | 'TLS 1.2' | 'both';
  /** The only version of the peer, which otherwise speaks both. */
  readonly peer?: 'TLS 1.3' | 'TLS 1.2';
  /** What both are to end with, where that is not what the engine speaks. */
  readonly version?: 'TLS 1.3' | 'TLS 1.2';
  readonly leaf?: Leaf;
  /** What the server signs with, where it is not what its key is usually used with. */
  readonly scheme?: keyof typeof signatureSchemes;
  readonly suite?: keyof typeof suites;
  readonly group?: keyof typeof groups;
  /** The server asks for another ClientHello: for a share of another group, or for its cookie back. */
  readonly retry?: 'group' | 'cookie';
  /** There is a second visit, which takes up the session of the first. */
  readonly again?: 'psk_dhe_ke' | 'psk_ke' | 'early data' | 'early data, refused';
  /** The client is asked who it is, and shows this. */
  readonly member?: Leaf | 'nothing';
  /** Who changes its keys, and asks the other to do so. */
  readonly rekeys?: 'engine' | 'peer';
  readonly pads?: 'engine' | 'peer';
  /** The engine puts the messages of a flight into one record. */
  readonly coalesces?: true;
  /** A session id, and a change_cipher_spec that means nothing. */
  readonly disguise?: true;
  readonly protocol?: 'http/1.1';
  readonly extendedMasterSecret?: false;
  /** The client does not know the root. */
  readonly stranger?: true;
  /** They do not come together: the alert that ends it, where the engine is client and where it is server. */
  readonly refused?: readonly [client: string, server: string];
}

/** Which end the engine is, and who is the other. */
export const columns = {
  s_server: { side: 'client', peer: '`openssl s_server`', program: 'openssl' },
  'node:tls server': { side: 'client', peer: 'node:tls', program: undefined },
  s_client: { side: 'server', peer: '`openssl s_client`', program: 'openssl' },
  curl: { side: 'server', peer: 'curl', program: 'curl' },
  'node:tls client': { side: 'server', peer: 'node:tls', program: undefined },
} as const;
export type Column = keyof typeof columns;
export const columnNames = Object.keys(columns) as readonly Column[];

export interface Row {
  readonly part: string;
  readonly feature: string;
  readonly terms: Terms;
  /** Why a cell is empty. Every other cell is tested. */
  readonly empty: Readonly<Partial<Record<Column, string>>>;
}

const everywhere = (reason: string): Row['empty'] =>
  Object.fromEntries(columnNames.map((column) => [column, reason])) as Row['empty'];
const row = (part: string, feature: string, terms: Terms, empty: Row['empty'] = {}): Row => ({
  part,
  feature,
  terms,
  empty,
});

const both = (alert: string) => [alert, alert] as const;
const noEarlyDataInNode = 'Node has no interface for early data.';
const noEarlyDataInCurl = 'curl 7.88 (Debian 12) sends no early data.';
const only30 = 'OpenSSL knows the group from 3.5 on, which Node 24 has inside; Debian 12 has 3.0.';
const looksLater = 'Node judges the certificate after the handshake, and closes without an alert.';
const older: Terms = { engine: 'TLS 1.2' };

const part13 = 'TLS 1.3';
const rows13: readonly Row[] = [
  ...(['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'] as const).map((suite) =>
    row(part13, suite, { suite }),
  ),
  row(part13, 'x25519', { group: 'x25519' }),
  row(part13, 'secp256r1', { group: 'secp256r1' }),
  row(part13, 'X25519MLKEM768', { group: 'X25519MLKEM768' }, { s_server: only30, s_client: only30, curl: only30 }),
  ...(['Ed25519', 'P-256', 'RSA'] as const).map((leaf) => row(part13, `certificate: ${leaf}`, { leaf })),
  ...(['rsa_pss_rsae_sha384', 'rsa_pss_rsae_sha512'] as const).map((scheme) =>
    row(part13, `certificate: RSA, ${scheme}`, { leaf: 'RSA', scheme }),
  ),
  row(part13, 'HelloRetryRequest for another group', { retry: 'group' }),
  row(
    part13,
    'HelloRetryRequest with a cookie',
    { retry: 'cookie' },
    { 'node:tls server': 'Node sends no cookies; OpenSSL does where it is asked to keep no state.' },
  ),
  row(part13, 'ALPN', { protocol: 'http/1.1' }),
  row(part13, 'resumption with a key exchange', { again: 'psk_dhe_ke' }),
  row(
    part13,
    'resumption with the old key alone',
    { again: 'psk_ke' },
    { curl: 'curl has no option to offer psk_ke.' },
  ),
  row(
    part13,
    '0-RTT, taken',
    { again: 'early data' },
    { 'node:tls server': noEarlyDataInNode, curl: noEarlyDataInCurl, 'node:tls client': noEarlyDataInNode },
  ),
  row(
    part13,
    '0-RTT, refused and sent again',
    { again: 'early data, refused' },
    { 'node:tls server': noEarlyDataInNode, curl: noEarlyDataInCurl, 'node:tls client': noEarlyDataInNode },
  ),
  ...(['Ed25519', 'P-256', 'RSA'] as const).map((member) => row(part13, `client certificate: ${member}`, { member })),
  row(part13, 'KeyUpdate by the engine, which is answered', { rekeys: 'engine' }),
  row(
    part13,
    'KeyUpdate by the peer, which is answered',
    { rekeys: 'peer' },
    {
      'node:tls server': 'Node has no interface to change keys.',
      curl: 'curl cannot send a KeyUpdate of its own.',
      'node:tls client': 'Node has no interface to change keys.',
    },
  ),
  row(part13, 'records padded by the engine', { pads: 'engine' }),
  row(
    part13,
    'records padded by the peer',
    { pads: 'peer' },
    {
      'node:tls server': 'Node has no interface for padding.',
      curl: 'curl has no option for padding.',
      'node:tls client': 'Node has no interface for padding.',
    },
  ),
  row(part13, 'flights of the engine in one record each', { coalesces: true, member: 'Ed25519' }),
  row(part13, 'middlebox compatibility', { disguise: true }),
  row(
    part13,
    'record_size_limit',
    {},
    everywhere('OpenSSL has no record_size_limit (RFC 8449), and all these use it.'),
  ),
  row(
    part13,
    'a root that the client does not know',
    { stranger: true, refused: both('unknown_ca') },
    { 'node:tls client': looksLater },
  ),
  row(
    part13,
    'a client that shows no certificate where one is wanted',
    { member: 'nothing', refused: both('certificate_required') },
    { 'node:tls server': looksLater },
  ),
  row(part13, 'a peer of TLS 1.2 alone', { peer: 'TLS 1.2', refused: both('protocol_version') }),
];

const part12 = 'TLS 1.2';
const rows12: readonly Row[] = [
  ...(
    [
      ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'Ed25519', 'x25519'],
      ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'P-256', 'secp256r1'],
      ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'RSA', 'x25519'],
      ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'RSA', 'secp256r1'],
    ] as const
  ).map(([suite, leaf, group]) => row(part12, `${suite}, ${leaf}, ${group}`, { ...older, suite, leaf, group })),
  ...(['TLS_RSA_WITH_AES_128_GCM_SHA256', 'TLS_RSA_WITH_AES_128_CBC_SHA', 'TLS_RSA_WITH_NULL_SHA256'] as const).map(
    (suite) => row(part12, suite, { ...older, suite, leaf: 'RSA' }),
  ),
  row(part12, 'ALPN', { ...older, protocol: 'http/1.1' }),
  row(part12, 'without extended_master_secret', { ...older, extendedMasterSecret: false }),
  row(part12, 'resumption', older, everywhere('The engine keeps no sessions of TLS 1.2.')),
  row(part12, 'client certificate', older, everywhere('The engine asks for none in TLS 1.2 and shows none.')),
  row(
    part12,
    'a root that the client does not know',
    { ...older, stranger: true, refused: both('unknown_ca') },
    { 'node:tls client': looksLater },
  ),
  // To a server of TLS 1.2 a hello of TLS 1.3 alone looks like one of its own version with nothing but unknown suites.
  row(part12, 'a peer of TLS 1.3 alone', {
    ...older,
    peer: 'TLS 1.3',
    refused: ['protocol_version', 'handshake_failure'],
  }),
];

const partBoth = 'Both versions';
const rowsBoth: readonly Row[] = [
  row(partBoth, 'a peer of both', { engine: 'both', version: 'TLS 1.3' }),
  row(partBoth, 'a peer of TLS 1.3 alone', { engine: 'both', peer: 'TLS 1.3', version: 'TLS 1.3' }),
  row(partBoth, 'a peer of TLS 1.2 alone', { engine: 'both', peer: 'TLS 1.2', version: 'TLS 1.2' }),
];

export const rows: readonly Row[] = [...rows13, ...rows12, ...rowsBoth];
