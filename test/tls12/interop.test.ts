// TLS 1.2 against others: OpenSSL's s_server and s_client, node:tls as server and client, with every suite and kind of key.
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import { describe, expect, it } from 'vitest';
import { authority, type Issued } from '../../src/pki/authority.ts';
import { issue } from '../../src/pki/issue.ts';
import { judge } from '../../src/pki/judge.ts';
import type { ClientSetup } from '../../src/tls/client.ts';
import { stack } from '../../src/tls/effects.ts';
import type { LiveEvent } from '../../src/live/drive.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { groups, suiteName, suites } from '../../src/tls/registry.ts';
import { client12 } from '../../src/tls/v12/client.ts';
import { identity12 } from '../../src/tls/v12/identity12.ts';
import { server12, type Server12Setup } from '../../src/tls/v12/server.ts';
import { dial, echoing, folder, listening, missing, opensslServer, pem, saying, serving, start } from '../tls/peers.ts';
import { pump } from '../tls/socket.ts';
import { hex } from '../tls/world.ts';

const today = new Date();
const pki = authority(entropy('interop 1.2'), today);
const leaves = { rsa: pki.issueFor('shop.example', 'rsa'), ed25519: pki.issueFor('shop.example'), p256: p256() };
const noOpenssl = missing('openssl');
const files = folder();

/** A leaf that is its own root: the game's authority has no P-256 keys. */
function p256(): Issued {
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const day = 24 * 3600 * 1000;
  const certificate = issue({
    subject: 'shop.example',
    issuer: 'shop.example',
    key,
    issuerKey: key,
    serial: Buffer.alloc(16, 5),
    notBefore: new Date(today.getTime() - day),
    notAfter: new Date(today.getTime() + day),
    names: ['shop.example'],
  });
  return { chain: [certificate], key };
}

/** OpenSSL's name of a suite, and the leaf it is served with. */
const table = [
  ['ECDHE-ECDSA-AES128-GCM-SHA256', suites.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, 'ed25519', 'x25519'],
  ['ECDHE-ECDSA-AES128-GCM-SHA256', suites.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, 'p256', 'secp256r1'],
  ['ECDHE-RSA-AES128-GCM-SHA256', suites.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, 'rsa', 'x25519'],
  ['ECDHE-RSA-AES128-GCM-SHA256', suites.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, 'rsa', 'secp256r1'],
  ['AES128-GCM-SHA256', suites.TLS_RSA_WITH_AES_128_GCM_SHA256, 'rsa', undefined],
  ['AES128-SHA', suites.TLS_RSA_WITH_AES_128_CBC_SHA, 'rsa', undefined],
  ['NULL-SHA256', suites.TLS_RSA_WITH_NULL_SHA256, 'rsa', undefined],
] as const;
const rows = table.map(([cipher, suite, leaf, group]) => ({ cipher, suite, leaf, group }));
const title = '$cipher, $leaf, $group';

const keyPem = ({ key }: Issued): string => String(key.export({ type: 'pkcs8', format: 'pem' }));
const chainPem = ({ chain }: Issued): string => chain.map(pem).join('');
const clientSetup = (more: Partial<ClientSetup>): ClientSetup => ({
  host: 'shop.example',
  entropy: entropy('a client'),
  judge: (chain, host) => judge(chain, { host, anchors: [pki.root, ...leaves.p256.chain], now: today }),
  protocols: ['http/1.1'],
  ...more,
});
const serverSetup = (leaf: Issued, more: Partial<Server12Setup>): Server12Setup => ({
  entropy: entropy('a server'),
  identify: () => identity12(leaf.chain, leaf.key),
  protocols: ['http/1.1'],
  ...more,
});
const offering = (suite: number, group: keyof typeof groups | undefined) => ({
  suites: [suite],
  ...(group ? { groups: [groups[group]] } : {}),
});
const agreed = (told: readonly LiveEvent[]) => told.find((one) => one.what === 'agreed');
const checks = (told: readonly LiveEvent[]) =>
  told.flatMap((one) => (one.what === 'check' ? [`${one.name} ${one.holds}`] : []));
const ofClient = (group: string | undefined) => [
  'no downgrade marker true',
  'renegotiation_info true',
  ...['path true', 'dates true', 'name true'],
  ...(group ? ['ServerKeyExchange true'] : []),
  'Finished true',
];
/** Of every length from one to 120 bytes, so that a block cipher pads in every way. */
const lines = Array.from({ length: 120 }, (_, length) => `${'x'.repeat(length)}\n`);

describe.skipIf(noOpenssl)('openssl s_server', () => {
  it.each(rows)(`answers the client: ${title}`, async ({ cipher, suite, leaf, group }) => {
    const { port, peer } = await opensslServer([
      ...['-tls1_2', '-cipher', `${cipher}:@SECLEVEL=0`, '-alpn', 'http/1.1', '-rev', '-serverpref'],
      ...['-cert', files.put(`${leaf}.pem`, pem(leaves[leaf].chain[0] ?? new Uint8Array(0)))],
      ...[
        '-cert_chain',
        files.put(`${leaf}-chain.pem`, leaves[leaf].chain.slice(1).map(pem).join('') || pem(pki.root)),
      ],
      ...['-key', files.put(`${leaf}-key.pem`, keyPem(leaves[leaf]))],
    ]);
    const own = leaf === 'p256' ? { judge: () => [] } : {};
    const { result, told } = await pump(
      await dial(port),
      stack(saying(...lines), client12(clientSetup({ ...offering(suite, group), ...own }))),
    );
    expect(result.transport).toEqual({ ok: true, value: undefined });
    expect(result.app).toBe(lines.map((line) => `${[...line.trimEnd()].reverse().join('')}\n`).join(''));
    expect(agreed(told)).toMatchObject({ suite, group: group ? groups[group] : 0 });
    if (leaf !== 'p256') expect(checks(told)).toEqual(ofClient(group));
    expect(peer.said()).not.toMatch(/error/i);
  });
});

describe.skipIf(noOpenssl)('openssl s_client', () => {
  it.each(rows)(`is answered by the server: ${title}`, async ({ cipher, suite, leaf, group }) => {
    const { port, outcomes } = await serving(() =>
      stack(echoing(), server12(serverSetup(leaves[leaf], offering(suite, group)))),
    );
    const log = join(files.path, `${cipher}-${leaf}-${group}.log`);
    const root = leaf === 'p256' ? chainPem(leaves.p256) : pem(pki.root);
    const peer = start('openssl', [
      ...['s_client', '-tls1_2', '-connect', `127.0.0.1:${port}`, '-servername', 'shop.example', '-keylogfile', log],
      ...['-cipher', `${cipher}:@SECLEVEL=0`, '-alpn', 'http/1.1', '-CAfile', files.put('root.pem', root)],
      ...['-verify_hostname', 'shop.example', '-verify_return_error'],
    ]);
    await peer.until('Extended master secret: yes');
    for (const line of lines.slice(1, 20)) {
      peer.say(line);
      await peer.until(`got ${line}`);
    }
    peer.say('Q\n');
    expect(await peer.ended).toBe(0);
    expect(peer.said()).toMatch(new RegExp(`Protocol +: TLSv1.2\\s+Cipher +: ${cipher}\\s`));
    expect(peer.said()).toContain('Verify return code: 0 (ok)');
    expect(peer.said()).toContain('Secure Renegotiation IS supported');
    expect(peer.said()).toContain('ALPN protocol: http/1.1');
    const { result, told } = (await outcomes[0]) ?? { told: [] };
    expect(result?.app).toBe(lines.slice(1, 20).join(''));
    expect(result?.transport).toEqual({ ok: true, value: undefined });
    expect(agreed(told)).toMatchObject({ suite, group: group ? groups[group] : 0 });
    const secret = told.find((one) => one.what === 'secret');
    const line =
      secret?.what === 'secret' ? `${secret.label} ${hex(secret.clientRandom)} ${hex(secret.value)}` : 'no secret';
    expect(readFileSync(log, 'latin1')).toContain(line);
  });

  it('that would like to begin anew is told that it cannot', async () => {
    const { port, outcomes } = await serving(() =>
      stack(echoing(), server12(serverSetup(leaves.rsa, { suites: [suites.TLS_RSA_WITH_AES_128_GCM_SHA256] }))),
    );
    const peer = start('openssl', ['s_client', '-tls1_2', '-connect', `127.0.0.1:${port}`]);
    peer.say('one\n');
    await peer.until('got one');
    peer.say('R\n');
    await peer.until('no renegotiation');
    const { told } = (await outcomes[0]) ?? { told: [] };
    expect(told).toContainEqual(
      expect.objectContaining({ what: 'alert', direction: 'sent', alert: 'no_renegotiation' }),
    );
  });
});

describe('node:tls', () => {
  const older = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const;
  it.each(rows)(`as server answers the client: ${title}`, async ({ cipher, suite, leaf, group }) => {
    const listener = tls.createServer(
      { ...older, ciphers: `${cipher}:@SECLEVEL=0`, key: keyPem(leaves[leaf]), cert: chainPem(leaves[leaf]) },
      (socket) => {
        socket.on('error', () => {});
        socket.on('data', (data) => socket.write(`got ${data.toString('latin1')}`));
      },
    );
    const port = await listening(listener);
    const own = leaf === 'p256' ? { judge: () => [] } : {};
    const { result, told } = await pump(
      await dial(port),
      stack(saying('one\n', 'two\n'), client12(clientSetup({ ...offering(suite, group), ...own }))),
    );
    expect(result.app).toBe('got one\ngot two\n');
    expect(result.transport).toEqual({ ok: true, value: undefined });
    expect(agreed(told)).toMatchObject({ suite, group: group ? groups[group] : 0 });
  });

  it.each(rows)(`as client is answered by the server: ${title}`, async ({ cipher, suite, leaf, group }) => {
    const { port, outcomes } = await serving(() =>
      stack(echoing(), server12(serverSetup(leaves[leaf], offering(suite, group)))),
    );
    const ca = leaf === 'p256' ? chainPem(leaves.p256) : pem(pki.root);
    const socket = tls.connect({
      ...older,
      port,
      host: '127.0.0.1',
      servername: 'shop.example',
      ca,
      ciphers: `${cipher}:@SECLEVEL=0`,
    });
    await once(socket, 'secureConnect');
    expect(socket.authorized).toBe(true);
    expect(socket.getProtocol()).toBe('TLSv1.2');
    expect(socket.getCipher().standardName).toBe(suiteName(suite));
    const heard = once(socket, 'data');
    socket.write('one\n');
    expect(String((await heard)[0])).toBe('got one\n');
    socket.end();
    await once(socket, 'close');
    const { result, told } = (await outcomes[0]) ?? { told: [] };
    expect(result?.transport).toEqual({ ok: true, value: undefined });
    expect(agreed(told)).toMatchObject({ suite });
  });
});
