// Field by field against Wireshark: each of its fields of TLS stands in our maps under our name, at the same bytes.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureOf } from '../../src/capture/export.ts';
import type { Seen } from '../../src/game/simulate.ts';
import { type Layer, type Row, stage } from '../../src/game/view.ts';
import type { Event } from '../../src/scenarios/network.ts';
import type { Field } from '../../src/tls/codec.ts';
import { groups } from '../../src/tls/registry.ts';
import { shippedLevels } from '../shipped.ts';
import { exchangeOf } from '../tls/pair.ts';
import { wholeRun } from './runs.ts';
import { alsoCalled, notOurs, ofTheContent, onTheCable, type Ours } from './wiresharkFields.ts';

const missing = spawnSync('tshark', ['--version']).status !== 0;
if (missing) console.log('skipped: tshark is not installed');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quest-fields-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An exchange with what no level has: a retry with a cookie, ALPN, an extension that nobody knows. */
const exotic = (): readonly Seen[] => {
  const events: readonly Event[] = exchangeOf({
    client: {
      groups: [groups.x25519, groups.secp256r1],
      protocols: ['h2', 'http/1.1'],
      arrange: (own) => [...own, { name: 'other', type: 0x3a3a, body: Uint8Array.of(1, 2, 3) }],
    },
    server: { groups: [groups.secp256r1], cookie: Buffer.from('crumbs'), protocols: ['http/1.1'] },
  });
  const cast = (['client', 'server'] as const).map((role) => ({ actor: role, role, name: role, title: role }));
  return [{ events, cast, you: 'client' } as unknown as Seen];
};

interface Raw {
  readonly name: string;
  readonly hex: string;
  readonly offset: number;
  readonly length: number;
}

/** Every field of TLS with its bytes, packet after packet, as tshark has them. */
function rawFields(acts: readonly Seen[], name: string): readonly (readonly Raw[])[] {
  const file = join(folder, `${name}.pcapng`);
  writeFileSync(file, captureOf(acts, 'HTTPS Quest'));
  const { stdout, status, stderr } = spawnSync(
    'tshark',
    ['-r', file, '-Y', 'tls', '-T', 'json', '-x', '--no-duplicate-keys', '-J', 'tls'],
    { encoding: 'utf8', maxBuffer: 2 ** 28, timeout: 60_000 },
  );
  if (status !== 0) throw new Error(`tshark: ${stderr}`);
  const found = (value: unknown): Raw[] => {
    if (Array.isArray(value)) return value.flatMap(found);
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, item]) => {
      if (!/^tls.*_raw$/.test(key)) return found(item);
      const list = (Array.isArray(item[0]) ? item : [item]) as [string, number, number][];
      return list.map(([hex, offset, length]) => ({ name: key.replace(/_raw$/, ''), hex, offset, length }));
    });
  };
  return (JSON.parse(stdout) as { _source: { layers: unknown } }[]).map(({ _source }) => found(_source.layers));
}

const flat = (fields: readonly Field[]): readonly Field[] =>
  fields.flatMap((field) => [field, ...flat(field.children ?? [])]);

function hasField({ bytes, fields }: Layer, offset: number, length: number, ours: Ours): boolean {
  const end = offset + length;
  const all = flat(fields);
  if ('span' in ours) {
    if (ours.span === 'record') return offset === 0 && end === bytes.length;
    const begin = ours.span === 'message' ? 'msg_type' : 'level';
    return (
      all.some((field) => field.name === begin && field.offset === offset) &&
      all.some((field) => field.offset + field.length === end)
    );
  }
  const names = alsoCalled[ours.field] ?? [ours.field];
  return all.some((field) => {
    if (!names.includes(field.name)) return false;
    const [first] = field.children ?? [];
    const prefix = ours.part && first?.name === 'length' ? first.length : 0;
    return field.offset + prefix === offset && field.length - prefix === length;
  });
}

/** What the player sees of each record: its layers, and whether it is sealed to the player. */
function recordsOf(acts: readonly Seen[]): ReadonlyMap<string, Pick<Row, 'layers' | 'readable'>> {
  const all = new Map<string, Pick<Row, 'layers' | 'readable'>>();
  for (const { layers, readable } of acts.flatMap((seen) => stage(seen, true).rows)) {
    const record = layers[0] && Buffer.from(layers[0].bytes).toString('hex');
    // Acts of one seed send the same bytes; what one of them can read, counts.
    if (record && !all.get(record)?.readable) all.set(record, { layers, readable });
  }
  return all;
}

const runs: readonly (readonly [string, () => readonly Seen[]])[] = [
  ...shippedLevels()
    .map((level) => ({ id: level.id, acts: wholeRun(level).acts }))
    .filter(({ acts }) =>
      acts.some(
        (seen) =>
          seen.events.some((event) => event.what === 'secret' && event.by === seen.you) &&
          // Where all of it goes through a tunnel, no record stands on the cable as such.
          stage(seen, true).rows.some(({ layers }) => layers[0]?.fields[0]?.name === 'record_header'),
      ),
    )
    .map(({ id, acts }) => [id, () => acts] as const),
  ['a retry with a cookie', exotic],
];
const mapped = new Set<string>();

describe.skipIf(missing)('the fields of', () => {
  it.each(runs)('%s are those of Wireshark, at the same bytes', (name, acts) => {
    const records = recordsOf(acts());
    const wrong: string[] = [];
    let checked = 0;
    for (const packet of rawFields(acts(), name)) {
      const whole = packet.find((field) => field.name === 'tls.record');
      // A part of a record that fills several packets; all of it stands with the last one.
      if (!whole) continue;
      const record = whole.hex;
      const { layers: [wire, inside] = [], readable } = records.get(record) ?? {};
      if (!wire) throw new Error(`no record of ours is ${record.slice(0, 40)}`);
      // TLS 1.2 seals under the content's own type.
      const sealed = inside !== undefined || flat(wire.fields).some((field) => field.name === 'encrypted_record');
      for (const { name: theirs, offset, length } of packet) {
        if (notOurs[theirs]) continue;
        const cable = onTheCable[theirs];
        const ours = cable ?? ofTheContent[theirs];
        // The keys of one act open what has the same keys in another, where the player does not hold them.
        if (!cable && sealed && readable === false) continue;
        if (!ours) wrong.push(`${theirs} is not mapped`);
        else {
          const layer = cable || !sealed ? wire : inside;
          const at = cable || !sealed ? offset - whole.offset : offset;
          if (layer && hasField(layer, at, length, ours)) mapped.add(theirs);
          else wrong.push(`${theirs} at ${at}, ${length} bytes, of ${record.slice(0, 24)}`);
          checked++;
        }
      }
    }
    expect([...new Set(wrong)]).toEqual([]);
    expect(checked).toBeGreaterThan(100);
  });
  it('all of them are at least fifty', () => {
    expect(mapped.size).toBeGreaterThanOrEqual(50);
    const listed = [...Object.keys(onTheCable), ...Object.keys(ofTheContent)].filter((theirs) => !mapped.has(theirs));
    // A name that nothing showed is a name that nothing checked.
    expect(listed).toEqual([]);
  });
});
