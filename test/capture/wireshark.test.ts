// Wireshark's own dissectors judge the captures: whole packets, right checksums, and the records opened with what is in the file.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureOf, keyLog } from '../../src/capture/export.ts';
import { stage } from '../../src/game/view.ts';
import { overheard } from '../../src/capture/conversations.ts';
import { shippedLevels } from '../shipped.ts';
import { wholeRun } from './runs.ts';

const missing = spawnSync('tshark', ['--version']).status !== 0;
if (missing) console.log('skipped: tshark is not installed');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quest-capture-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tshark = (file: string, ...args: readonly string[]): string => {
  const checks = ['-o', 'ip.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE'];
  const { stdout, stderr, status } = spawnSync('tshark', ['-r', file, ...checks, ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (status !== 0) throw new Error(`tshark: ${stderr}`);
  return stdout;
};
const lines = (text: string): string[] => text.split('\n').filter(Boolean);

const levels = shippedLevels().map((level) => [level.id, level] as const);
describe.skipIf(missing).each(levels)('a run of %s', (id, level) => {
  const { acts } = wholeRun(level);
  const file = () => join(folder, `${id}.pcapng`);
  beforeAll(() => writeFileSync(file(), captureOf(acts, 'HTTPS Quest')));

  it('is whole: nothing malformed, no doubt about a segment, every checksum right', () => {
    const total = lines(tshark(file(), '-T', 'fields', '-e', 'frame.number')).length;
    expect(total).toBeGreaterThan(6);
    const doubts =
      '_ws.malformed || tcp.analysis.flags || ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0 || _ws.expert.severity == error';
    expect(lines(tshark(file(), '-Y', doubts))).toEqual([]);
    expect(lines(tshark(file(), '-Y', 'ip.checksum.status == 1')).length).toBe(total);
  });
  it('has every byte that the player saw, in its direction', () => {
    const { conversations, pieces } = overheard(acts);
    const sent = (index: number, from: string) =>
      Buffer.concat(
        pieces.flatMap((piece) =>
          piece.conversation === index && piece.from === from && piece.bytes ? [piece.bytes] : [],
        ),
      ).toString('hex');
    for (const [index, { transport }] of conversations.entries()) {
      const rows = lines(
        tshark(
          file(),
          '-Y',
          `${transport}.port == ${49_152 + index}`,
          '-T',
          'fields',
          '-e',
          `${transport}.srcport`,
          '-e',
          `${transport}.payload`,
        ),
      ).map((line) => line.split('\t'));
      const heard = (fromCaller: boolean) =>
        rows.flatMap(([port, hex = '']) => ((port === String(49_152 + index)) === fromCaller ? [hex] : [])).join('');
      expect(heard(true)).toBe(sent(index, 'caller'));
      expect(heard(false)).toBe(sent(index, 'called'));
    }
  });
  it('shows the HTTP request, opened with the secrets in the file', () => {
    const requests = lines(
      tshark(
        file(),
        '-Y',
        'http.request',
        '-T',
        'fields',
        '-e',
        'http.request.method',
        '-e',
        'http.request.uri',
        '-e',
        'tls.record.content_type',
      ),
    );
    const asked = acts.some((seen) =>
      // What goes through a tunnel is sealed to Wireshark.
      stage(seen, true).rows.some(
        ({ label, note, layers }) =>
          layers[0]?.fields[0]?.name !== 'cell_kind' && /\b(GET|POST) /.test(`${label} ${note}`),
      ),
    );
    expect(requests.length > 0).toBe(asked);
    if (!asked) return;
    const ours = acts.flatMap((seen) =>
      seen.events.filter((event) => event.what === 'secret' && event.by === seen.you),
    );
    // Who holds keys sees into the records; who holds none sees the records alone.
    const opened = requests.filter((line) => line.split('\t')[2]?.includes('23'));
    expect(opened.length > 0).toBe(ours.length > 0);
  });
  it('opens the same with the key log beside it', () => {
    const log = join(folder, `${id}.keys`);
    writeFileSync(log, keyLog(acts));
    const bare = join(folder, `${id}-bare.pcapng`);
    writeFileSync(
      bare,
      captureOf(
        acts.map((seen) => ({ ...seen, events: seen.events.filter(({ what }) => what !== 'secret') })),
        'HTTPS Quest',
      ),
    );
    const fields = [
      '-Y',
      'http',
      '-T',
      'fields',
      '-e',
      'frame.number',
      '-e',
      'http.request.uri',
      '-e',
      'http.response.code',
    ];
    expect(tshark(bare, '-o', `tls.keylog_file:${log}`, ...fields)).toBe(tshark(file(), ...fields));
    for (const line of lines(keyLog(acts)))
      expect(line).toMatch(/^[A-Z_0-9]+ [0-9a-f]{64} ([0-9a-f]{64}|[0-9a-f]{96})$/);
  });
  it('names the actors', () => {
    const names = lines(tshark(file(), '-N', 'n', '-T', 'fields', '-e', 'ip.src_host'));
    expect(new Set(names).size).toBeGreaterThan(1);
    for (const name of names) expect(acts.flatMap(({ cast }) => cast.map(({ actor }) => actor))).toContain(name);
  });
});
