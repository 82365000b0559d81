import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  meaningOf,
  type Preferences,
  preferenceNames,
  readPreferences,
  usual,
  valuesOf,
  writePreferences,
} from '../../src/store/preferences.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quest-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = () => join(folder, 'settings.json');

const anyPreferences: fc.Arbitrary<Preferences> = fc.record({
  ...Object.fromEntries(preferenceNames.map((name) => [name, fc.constantFrom(...valuesOf(name))])),
  name: fc.string({ maxLength: 64 }),
}) as fc.Arbitrary<Preferences>;

describe('the settings', () => {
  it('are as usual where there are none', () => {
    expect(readPreferences(folder)).toEqual({ preferences: usual });
    expect(readPreferences(join(folder, 'not', 'there'))).toEqual({ preferences: usual });
  });
  it('come back as they were written', () => {
    fc.assert(
      fc.property(anyPreferences, (preferences) => {
        expect(writePreferences(folder, preferences)).toBeUndefined();
        expect(readPreferences(folder)).toEqual({ preferences });
      }),
    );
  });
  it('take what fits of a file, and leave out the rest', () => {
    writeFileSync(
      file(),
      JSON.stringify({ theme: 'light', colours: 12, motion: null, name: 7, glyphs: 'constructor' }),
    );
    expect(readPreferences(folder)).toEqual({ preferences: { ...usual, theme: 'light' } });
  });
  it.each(['', 'no json', '[1]', '"a"', 'null', '{"theme":'])(
    'are as usual where the file has %j, and say so',
    (text) => {
      writeFileSync(file(), text);
      const { preferences, notice } = readPreferences(folder);
      expect(preferences).toEqual(usual);
      expect(notice).toContain('settings.json are damaged');
    },
  );
  it('never fail on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        writeFileSync(file(), bytes);
        expect(Object.keys(readPreferences(folder).preferences).sort()).toEqual(Object.keys(usual).sort());
      }),
    );
  });
  it('keep what a newer version has set', () => {
    writeFileSync(file(), JSON.stringify({ theme: 'dark', sound: 'on' }));
    writePreferences(folder, { ...usual, theme: 'light' });
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ theme: 'light', sound: 'on' });
  });
  it('say where they cannot be written', () => {
    mkdirSync(join(folder, 'settings.json.new'));
    expect(writePreferences(folder, usual)).toContain('settings.json. They hold until you leave.');
  });
  it('have words for each value', () => {
    for (const name of preferenceNames)
      for (const value of valuesOf(name)) expect(meaningOf(name, value)).toMatch(/\w/);
    for (const name of preferenceNames) expect(valuesOf(name)[0]).toBe(usual[name]);
  });
});
