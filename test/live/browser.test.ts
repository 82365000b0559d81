// A real browser as the guest: Chromium, which trusts the local CA because somebody told it so, and one that was not told.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { groups, versions } from '../../src/tls/registry.ts';
import { folder, start } from '../tls/peers.ts';
import { quest } from './world.ts';

const there = (program: string, ...args: readonly string[]): boolean => {
  const found = spawnSync(program, args).error === undefined;
  if (!found) console.log(`skipped: ${program} is not installed`);
  return found;
};
const programs = there('chromium', '--version') && there('certutil', '--help');
const files = folder();

/** Loads the page in a browser with a profile of its own; gives the document as it then stands. */
async function browse(url: string, trusted?: string): Promise<string> {
  const home = join(files.path, trusted ? 'trusting' : 'not trusting');
  const store = `sql:${join(home, '.pki', 'nssdb')}`;
  mkdirSync(join(home, '.pki', 'nssdb'), { recursive: true });
  spawnSync('certutil', ['-d', store, '-N', '--empty-password']);
  if (trusted) spawnSync('certutil', ['-d', store, '-A', '-t', 'C,,', '-n', 'quest', '-i', trusted]);
  const browser = start('env', [
    `HOME=${home}`,
    'chromium',
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    `--user-data-dir=${home}/profile`,
    '--dump-dom',
    url,
  ]);
  await browser.ended;
  return browser.said();
}

describe.skipIf(!programs)('Chromium', () => {
  it('gets the page from serve --auto, and knows its server', async () => {
    const served = quest(['serve', '--auto', '--port', '0', '--json', '--data-dir', files.path]);
    const [line] = await served.until(/^\{"what":"listening".*\n/m);
    const { url = '', ca } = JSON.parse(line) as Record<string, string>;
    const document = await browse(url, ca);
    expect(document).toContain('You spoke TLS with HTTPS Quest');
    expect(document).toMatch(/Key exchange<\/th><td>X25519MLKEM768<\/td>/);
    const [, agreed = ''] = await served.until(
      /^(\{[^\n]*"what":"agreed"[^\n]*\})$[\s\S]*^\{"what":"served","ok":true,"request":"GET \/","status":"200 OK"\}$/m,
    );
    // What the engine told, beside what the page says: the hybrid group was what both agreed on.
    expect(JSON.parse(agreed)).toMatchObject({ version: versions['TLS 1.3'], group: groups.X25519MLKEM768 });
  });
  it('that was not told to trust the CA does not, and says so with an alert', async () => {
    const served = quest(['serve', '--auto', '--port', '0', '--json', '--data-dir', files.path]);
    const [line] = await served.until(/^\{"what":"listening".*\n/m);
    const { url = '' } = JSON.parse(line) as Record<string, string>;
    expect(await browse(url)).not.toContain('You spoke TLS');
    await served.until(
      /^\{"what":"served","ok":false,"says":"The guest does not accept the certificate \(certificate_unknown\)/m,
    );
  });
});
