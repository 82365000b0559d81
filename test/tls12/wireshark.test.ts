// Wireshark reads exported runs of TLS 1.2: with the master secret in the file it opens every suite, and nothing is malformed.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { captureOf } from '../../src/capture/export.ts';
import type { Seen } from '../../src/game/simulate.ts';
import { close, type Protocol, receive, send } from '../../src/tls/effects.ts';
import { folder } from '../tls/peers.ts';
import { suiteTable, talk12 } from './pair12.ts';

const missing = spawnSync('tshark', ['--version']).status !== 0;
if (missing) console.log('skipped: tshark is not installed');
const files = folder();

function* getting(): Protocol<void> {
  yield* send(Buffer.from('GET /parcel HTTP/1.1\r\nHost: shop.example\r\n\r\n'));
  while (!('end' in (yield* receive())));
  yield* close();
}
function* giving(): Protocol<void> {
  yield* receive();
  yield* send(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nmap\n'));
  yield* close();
  yield* receive();
}

describe.skipIf(missing).each(suiteTable)('Wireshark opens %s', (name, suite) => {
  it.each([true, false])('with extended_master_secret: %s', (offer) => {
    const events = talk12({
      suite,
      asking: getting,
      answering: giving,
      answers: { 'client.extendedMasterSecret': { offer, require: false } },
    });
    const cast = (['client', 'server'] as const).map((role) => ({ actor: role, role, name: role, title: role }));
    const seen = { events, cast, you: 'client' } as unknown as Seen;
    const file = join(files.path, `${name}-${offer}.pcapng`);
    writeFileSync(file, captureOf([seen], 'HTTPS Quest'));
    const { stdout, stderr, status } = spawnSync('tshark', ['-r', file, '-V'], { encoding: 'utf8', timeout: 60_000 });
    expect(stderr).not.toMatch(/error/i);
    expect(status).toBe(0);
    expect(stdout).not.toMatch(/malformed/i);
    expect(stdout).toContain(name);
    expect(stdout).toContain('GET /parcel HTTP/1.1');
    expect(stdout).toContain('HTTP/1.1 200 OK');
    expect(stdout.match(/Handshake Protocol: Finished/g)?.length).toBeGreaterThanOrEqual(2);
    expect(stdout).toContain('Level: Warning (1)');
  });
});
