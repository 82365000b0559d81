// TLS 1.2 with OpenSSL, beside what the table of interoperation has: records of every length, and no second handshake.
import { describe, expect, it } from 'vitest';
import { stack } from '../../src/tls/effects.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { suiteName, suites } from '../../src/tls/registry.ts';
import { client12 } from '../../src/tls/v12/client.ts';
import { identity12 } from '../../src/tls/v12/identity12.ts';
import { server12 } from '../../src/tls/v12/server.ts';
import { dial, echoing, folder, missing, opensslServer, pem, saying, serving, start } from '../tls/peers.ts';
import { pump } from '../tls/socket.ts';
import { rsa } from './pair12.ts';

const suitesOfRsa = [
  suites.TLS_RSA_WITH_AES_128_GCM_SHA256,
  suites.TLS_RSA_WITH_AES_128_CBC_SHA,
  suites.TLS_RSA_WITH_NULL_SHA256,
];
/** Of every length from one to 120 bytes, so that a block cipher pads in every way. */
const lines = Array.from({ length: 120 }, (_, length) => `${'x'.repeat(length)}\n`);

describe.skipIf(missing('openssl'))('OpenSSL', () => {
  const files = folder();
  it.each(suitesOfRsa.map((suite) => [suiteName(suite), suite] as const))(
    'reads records of every length, and is read: %s',
    async (_name, suite) => {
      const { port } = await opensslServer([
        ...['-tls1_2', '-cipher', 'ALL:eNULL:@SECLEVEL=0', '-rev'],
        ...['-cert', files.put('leaf.pem', rsa.chain.map(pem).join(''))],
        ...['-key', files.put('key.pem', String(rsa.key.export({ type: 'pkcs8', format: 'pem' })))],
      ]);
      const setup = { host: 'shop.example', entropy: entropy('a client'), judge: () => [], suites: [suite] };
      const { result } = await pump(await dial(port), stack(saying(...lines), client12(setup)));
      expect(result.transport).toEqual({ ok: true, value: undefined });
      expect(result.app).toBe(lines.map((line) => `${[...line.trimEnd()].reverse().join('')}\n`).join(''));
    },
  );

  it('that would like to begin anew is told that it cannot', async () => {
    const setup = { entropy: entropy('a server'), identify: () => identity12(rsa.chain, rsa.key) };
    const { port, outcomes } = await serving(() => stack(echoing(), server12(setup)));
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
