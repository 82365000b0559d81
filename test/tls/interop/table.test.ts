// Other implementations judge the engine: OpenSSL, curl and Node, as the table says, each cell a whole exchange of HTTP.
import { describe, expect, it } from 'vitest';
import { supportedGroups } from '../../../src/tls/groups.ts';
import { decodeCertificateVerify } from '../../../src/tls/messages/certificateVerify.ts';
import { groupName, groups, signatureSchemes, suiteName, suites, versions } from '../../../src/tls/registry.ts';
import { supportedSuites } from '../../../src/tls/suites.ts';
import { supportedSuites12 } from '../../../src/tls/v12/suites12.ts';
import { missing } from '../peers.ts';
import { curlPeer } from './curl.ts';
import { requestsIn, visitsIn } from './engine.ts';
import { response } from './http.ts';
import { hybridMissing } from './hybrid.ts';
import { nodePeers } from './nodeTls.ts';
import { opensslPeers } from './openssl.ts';
import { type Column, columnNames, columns, type Row, rows, type Terms } from './table.ts';
import { ownSecretsOf, secretsOf, type Visit } from './visits.ts';

const peers = { ...opensslPeers(), ...curlPeer(), ...nodePeers() };
const absent = new Set(['openssl', 'curl'].filter(missing));
const noHybrid = hybridMissing();
/** Why a cell cannot be tested here, although it could elsewhere. */
const skipped = (column: Column, { terms }: Row): boolean =>
  absent.has(columns[column].program ?? '') || (terms.group === 'X25519MLKEM768' && noHybrid);
const nameOf = (column: Column, { part, feature }: Row) => `${column}, ${part}, ${feature}`;

/** The cells that were looked at. */
const tested = new Set<string>();

describe.each(columnNames)('%s', (column) => {
  for (const row of rows.filter(({ empty }) => !empty[column]))
    it.skipIf(skipped(column, row))(`${row.part}: ${row.feature}`, async () => {
      const visits = await (peers[column] ?? nobody)(row.terms);
      expect(visits).toHaveLength(visitsIn(row.terms));
      for (const [index, visit] of visits.entries()) judge(row.terms, columns[column].side, visit, index > 0);
      tested.add(nameOf(column, row));
    });
});
const nobody = () => Promise.reject(new Error('nobody plays this peer'));

function judge(terms: Terms, side: 'client' | 'server', visit: Visit, second: boolean): void {
  if (terms.refused) {
    expect(visit.transport).toMatchObject({ ok: false, alert: terms.refused[side === 'client' ? 0 : 1] });
    expect(visit.heard).not.toContain('200 OK');
    return;
  }
  expect(visit.transport).toEqual({ ok: true, value: undefined });
  expect(visit.heard).toBe(
    Array.from({ length: requestsIn(terms) }, (_, i) => response(i === requestsIn(terms) - 1)).join(''),
  );
  // What the peer wrote down is what the engine told, secret by secret; a server that refuses early data makes no key for it.
  const unread = side === 'server' && terms.again === 'early data, refused' ? /EARLY/ : /^$/;
  const secrets = secretsOf(visit).filter((line) => !unread.test(line));
  expect(ownSecretsOf(visit)).toEqual(expect.arrayContaining(secrets));
  expect(secrets.length).toBeGreaterThanOrEqual(versionIn(terms) === 'TLS 1.2' ? 1 : 4);
  for (const [name, [found, wanted]] of Object.entries(findingsOf(terms, side, visit, second)))
    expect({ [name]: found }).toEqual({ [name]: wanted });
}

const versionIn = ({ version, engine }: Terms) => version ?? (engine === 'TLS 1.2' ? 'TLS 1.2' : 'TLS 1.3');

/** What the engine told of itself, beside what the terms want. */
function findingsOf(terms: Terms, side: 'client' | 'server', { told }: Visit, second: boolean) {
  const tls13 = versionIn(terms) === 'TLS 1.3';
  const resumed = second && terms.again !== undefined;
  const early = resumed && (terms.again?.startsWith('early') ?? false);
  const refused = resumed && terms.again === 'early data, refused';
  const messages = told.flatMap((one) => (one.what === 'message' ? [one] : []));
  const count = (name: string) => messages.filter((one) => one.name === name).length;
  /** Whether the map of a message has this name or value. */
  const says = (name: string, word: string) =>
    messages.some((one) => one.name === name && JSON.stringify(one.fields).includes(`"${word}"`));
  const records = told.flatMap((one) => (one.what === 'record' ? [one] : []));
  const padded = (direction: 'sent' | 'received') =>
    records.some((one) => one.direction === direction && one.inner?.fields.at(-1)?.name === 'zeros');
  const labels = told.flatMap((one) => (one.what === 'secret' ? [one.label] : []));
  const agreed = told.find((one) => one.what === 'agreed');
  const { suite, group, version } = agreed?.what === 'agreed' ? agreed : { suite: 0, group: 0, version: 0 };
  const groupWanted = terms.suite?.startsWith('TLS_RSA') || (resumed && terms.again === 'psk_ke') ? 0 : undefined;
  const proof = messages.find(({ name }) => name === 'CertificateVerify');
  const disguised = (['sent', 'received'] as const).every((direction) =>
    records.some((one) => one.direction === direction && one.name === 'ChangeCipherSpec'),
  );
  return {
    version: [version, versions[versionIn(terms)]],
    suite: [suite, terms.suite ? suites[terms.suite] : suite],
    group: [group, groupWanted ?? (terms.group ? groups[terms.group] : group)],
    'HelloRetryRequest came': [count('HelloRetryRequest'), terms.retry ? 1 : 0],
    'there was a cookie': [says('HelloRetryRequest', 'cookie'), terms.retry === 'cookie'],
    'Certificates of both': [count('Certificate'), resumed ? 0 : terms.member ? 2 : 1],
    'the certificate was asked for': [count('CertificateRequest'), terms.member ? 1 : 0],
    'proofs of both': [count('CertificateVerify'), tls13 && !resumed ? (terms.member ? 2 : 1) : 0],
    'the scheme fits the key': [
      proof && decodeCertificateVerify(proof.bytes).scheme,
      proof && signatureSchemes[terms.scheme ?? schemes[terms.leaf ?? 'Ed25519']],
    ],
    'early data was offered': [says('ClientHello', 'early_data'), early],
    'early data was taken': [count('EndOfEarlyData'), early && !refused ? 1 : 0],
    'both changed their keys': [
      ['CLIENT', 'SERVER'].filter((one) => labels.includes(`${one}_TRAFFIC_SECRET_1`)).length,
      terms.rekeys ? 2 : 0,
    ],
    'the engine padded': [padded('sent'), terms.pads === 'engine'],
    'the peer padded': [padded('received'), terms.pads === 'peer'],
    'flights were in one record each': [
      records.some((one) => one.direction === 'sent' && / \+ /.test(one.name)),
      terms.coalesces ?? false,
    ],
    'both were in disguise': [disguised, terms.disguise ?? disguised],
    'a protocol was chosen': [
      says(tls13 ? 'EncryptedExtensions' : 'ServerHello', 'http/1.1'),
      terms.protocol !== undefined,
    ],
    extended_master_secret: [
      says('ServerHello', 'extended_master_secret'),
      !tls13 && terms.extendedMasterSecret !== false,
    ],
    'what was checked and did not hold': [
      told.flatMap((one) => (one.what === 'check' && !one.holds ? [one.name] : [])),
      refused && side === 'server' ? ['early data is new'] : [],
    ],
  };
}
const schemes = {
  Ed25519: 'ed25519',
  'P-256': 'ecdsa_secp256r1_sha256',
  RSA: 'rsa_pss_rsae_sha256',
} as const;

describe('the table', () => {
  const cells = rows.flatMap((row) => columnNames.map((column) => ({ column, row })));
  it('has no cell that is silently empty', () => {
    expect(new Set(cells.map(({ column, row }) => nameOf(column, row))).size).toBe(cells.length);
    const silent = cells.filter(
      ({ column, row }) => !tested.has(nameOf(column, row)) && !row.empty[column] && !skipped(column, row),
    );
    expect(silent.map(({ column, row }) => nameOf(column, row))).toEqual([]);
  });
  it('gives a sentence for each cell that is empty, and no row or column is', () => {
    const reasons = rows.flatMap(({ empty }) => Object.values(empty));
    expect(reasons.filter((reason) => !/^[A-Za-z].{20,}\.$/.test(reason))).toEqual([]);
    for (const column of columnNames) expect(rows.filter(({ empty }) => !empty[column]).length).toBeGreaterThan(30);
  });
  it('has a row for each thing that the engine can do', () => {
    const wanted = rows.map(({ terms }) => terms);
    const named = <K extends keyof Terms>(key: K) => new Set(wanted.map((terms) => terms[key]));
    for (const suite of [...supportedSuites, ...supportedSuites12, suites.TLS_RSA_WITH_NULL_SHA256])
      expect([...named('suite')]).toContain(suiteName(suite));
    for (const group of [...supportedGroups, groups.X25519MLKEM768])
      expect([...named('group')]).toContain(groupName(group));
  });
});
