import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { handedOut, readTarball } from '../../../src/cli/hosting/tarball.ts';

const folder = mkdtempSync(join(tmpdir(), 'quest-tarball-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file of a tar archive: its header, and itself, filled up to a block. */
function entry(name: string, text: string): Buffer {
  const bytes = Buffer.from(text);
  const block = Buffer.alloc(512 + Math.ceil(bytes.length / 512) * 512);
  block.write(name, 0);
  block.write(bytes.length.toString(8).padStart(11, '0'), 124);
  bytes.copy(block, 512);
  return block;
}
function written(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
const packed = (what: object) =>
  gzipSync(
    Buffer.concat([
      entry('package/LICENSE', 'x'.repeat(700)),
      entry('package/package.json', JSON.stringify(what)),
      Buffer.alloc(1024),
    ]),
  );

describe('a tarball that is handed out', () => {
  it('is known by its hash', () => {
    const bytes = packed({ name: 'https-quest', version: '1.2.3' });
    const read = readTarball(written('https-quest-1.2.3.tgz', bytes), '1.2.3');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(read).toEqual({ ok: true, name: 'https-quest-1.2.3.tgz', size: bytes.length, sha256 });
  });
  it.each<readonly [string, string, Uint8Array]>([
    ['another package', 'no packed https-quest', packed({ name: 'left-pad', version: '1.2.3' })],
    ['another version', 'has version 1.2.2, and this is 1.2.3', packed({ name: 'https-quest', version: '1.2.2' })],
    ['no archive', 'no packed https-quest', Buffer.from('https-quest')],
    [
      'an archive cut short',
      'no packed https-quest',
      packed({ name: 'https-quest', version: '1.2.3' }).subarray(0, 40),
    ],
    ['an archive of nothing', 'no packed https-quest', gzipSync(Buffer.alloc(1024))],
    ['a package of no JSON object', 'no packed https-quest', gzipSync(entry('package/package.json', 'null'))],
    ['more than is ever unpacked', 'no packed https-quest', gzipSync(Buffer.alloc(60_000_000))],
  ])('is refused if it is %s', (name, says, bytes) => {
    expect(readTarball(written(name, bytes), '1.2.3')).toMatchObject({
      ok: false,
      says: expect.stringContaining(says),
    });
  });
  it('is refused if it is not there, or is a folder', () => {
    expect(readTarball(join(folder, 'none.tgz'), '1.2.3')).toMatchObject({
      says: expect.stringMatching(/^There is no file/),
    });
    expect(readTarball(folder, '1.2.3')).toMatchObject({ says: expect.stringContaining('cannot be read (EISDIR)') });
  });
  it('is told with commands that take its name as it is, and with nothing that steers a terminal', () => {
    const told = (name: string) =>
      handedOut({ ok: true, name, size: 822_400, sha256: 'ab'.repeat(32) }, 'join 192.0.2.7 KNX14-KS4D7').join('\n');
    expect(told('a.tgz')).toContain('npx --yes ./a.tgz join 192.0.2.7 KNX14-KS4D7');
    expect(told('a.tgz')).toContain('a.tgz, 822 kB');
    expect(told('my game.tgz')).toContain('sha256sum "my game.tgz"');
    expect(told('a\u001b[31m.tgz')).not.toContain('\u001b');
  });
});
