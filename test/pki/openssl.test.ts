// Each kind of chain before our judge and before `openssl verify` with the same questions: they agree, but where a row says why not.
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CheckName } from '../../src/pki/checks.ts';
import { examine } from '../../src/pki/examine.ts';
import { addressOf } from '../../src/pki/hosts.ts';
import { folder, missing } from '../tls/peers.ts';
import { oids } from '../../src/pki/oids.ts';
import { host, type Kind, kinds, today, trustOf } from './chains.ts';

const failed = (kind: Kind, leftOut: readonly CheckName[] = []) =>
  examine(kind.chain, trustOf(kind), ['profile', ...leftOut])
    .results.filter(({ holds }) => !holds)
    .map(({ name }) => name);

describe('our judge', () => {
  it.each(kinds.map((kind) => [kind.what, kind.fails ?? 'nothing', kind] as const))('%s: fails %s', (_, __, kind) => {
    expect(failed(kind)).toEqual(kind.fails ? [kind.fails] : []);
  });
  it.each(kinds.filter(({ fails }) => fails).map((kind) => [kind.what, kind] as const))(
    '%s: is taken by one who leaves that check out',
    (_, kind) => {
      expect(kind.fails && failed(kind, [kind.fails])).toEqual([]);
    },
  );
});

const noOpenssl = missing('openssl');
if (noOpenssl) console.log('skipped: openssl is not installed');

describe.skipIf(noOpenssl)('openssl verify', () => {
  const files = folder();
  const put = (name: string, ...ders: readonly Uint8Array[]): string => {
    const path = join(files.path, name);
    writeFileSync(path, ders.map((der) => new X509Certificate(der).toString()).join('\n'));
    return path;
  };
  const putLists = (ders: readonly Uint8Array[]): string => {
    const path = join(files.path, 'lists.pem');
    const pem = (der: Uint8Array) =>
      `-----BEGIN X509 CRL-----\n${Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END X509 CRL-----\n`;
    writeFileSync(path, ders.map(pem).join(''));
    return path;
  };
  const questions = ({ host: name = host, now = today, lists, policy, chain, root }: Kind): string[] => {
    const [leaf = new Uint8Array(0), ...others] = chain;
    return [
      'verify',
      ...['-purpose', 'sslserver', '-attime', String(now.getTime() / 1000), '-CAfile', put('root.pem', root)],
      ...[addressOf(name) ? '-verify_ip' : '-verify_hostname', name],
      ...(others.length ? ['-untrusted', put('others.pem', ...others)] : []),
      // It wants to be told that any will do.
      ...['-policy_check', '-policy', policy ?? oids.anyPolicy, ...(policy ? ['-explicit_policy'] : [])],
      ...(lists ? ['-crl_check_all', ...(lists.length ? ['-CRLfile', putLists(lists)] : [])] : []),
      put('leaf.pem', leaf),
    ];
  };
  it.each(kinds.map((kind) => [kind.what, kind] as const))('%s', (_, kind) => {
    const { status, stdout, stderr } = spawnSync('openssl', questions(kind), { encoding: 'utf8' });
    const ours = kind.fails === undefined;
    expect([status === 0, `${stdout}${stderr}`]).toEqual([kind.differs ? !ours : ours, expect.any(String)]);
  });
});
