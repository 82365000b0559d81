// What an editor is told about level files is what the game reads.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Json, levelJsonSchema } from '../scripts/levelSchema.ts';
import { scenarios } from '../src/scenarios/index.ts';
import { misfits } from './jsonSchema.ts';
import { levelFiles } from './shipped.ts';

const schema = levelJsonSchema(scenarios);
const read = (file: string) => readFileSync(new URL(`../levels/${file}`, import.meta.url), 'utf8');
const goodbye = levelFiles.find((file) => file.endsWith('goodbye.yaml')) ?? '';
const passport = levelFiles.find((file) => file.endsWith('copied-passport.yaml')) ?? '';
const wrongIn = (file: string, from: string | RegExp, to: string) => {
  const text = read(file).replace(from, to);
  expect(text).not.toBe(read(file));
  return misfits(parse(text), schema, schema);
};

describe('the JSON Schema of level files', () => {
  it.each(levelFiles)('takes %s', (file) => {
    expect(misfits(parse(read(file)), schema, schema)).toEqual([]);
  });
  it.each([
    ['a key that there is not', 'minutes: 4', 'minuets: 4', ''],
    ['a scenario that there is not', 'scenario: price-feed', 'scenario: price-food', '/scenario'],
    ['a setup of another scenario', '{ mallory: cuts }', '{ mallory: sleeps }', '/worlds/0/setup/mallory'],
    ['a point of another scenario', 'at: client.onEndOfStream', 'at: mallory.selectShare', '/steps/0/at'],
    [
      'an answer that the point does not take',
      'require: nothing',
      'require: luck',
      '/steps/0/choices/1/answer/require',
    ],
    [
      'a fact of another scenario',
      'accepted: [alice, whole-feed]',
      'accepted: [alice, half-feed]',
      '/worlds/0/goal/must/0/accepted',
    ],
    ['a verdict about no fact', 'breaks: { accepted', 'breaks: { excepted', '/steps/0'],
    ['two hints in place of three', / {6}- TCP's end is[^\n]*\n/, '', '/steps/0'],
  ])('refuses %s', (_, from, to, at) => {
    expect(wrongIn(goodbye, from, to)).toContain(at);
  });
  it('holds the acts of a level against its scenario as well', () => {
    expect(wrongIn(passport, 'answer: { id: visit }', 'answer: { id: steal }')).toContain(
      '/acts/0/steps/0/choices/0/answer/id',
    );
    expect(wrongIn(passport, 'client.patch: { policy: none }', 'client.patsch: { policy: none }')).toContain(
      '/acts/0/worlds/0/policies/till/client.patsch is not allowed',
    );
  });
  it('knows which scenario takes what at a point that several have', () => {
    const patch = (file: string, from: string, to: string) => wrongIn(file, `policy: ${from} }`, `policy: ${to} }`);
    const theft = '1-postcards/3-borrowed-session.yaml';
    expect(patch(theft, 'https-everywhere', 'aes-gcm')).toContain('/acts/1/steps/0/choices/0/answer/policy');
    const flip = '2-locks-and-keys/3-bit-flip.yaml';
    expect(patch(flip, 'aes-gcm', 'https-everywhere')).toContain('/acts/1/steps/0/choices/0/answer/policy');
  });
  it.each(levelFiles.flatMap((file) => [`levels/${file}`, `dist/levels/${file}`]))(
    'is where the first line of %s tells an editor',
    (file) => {
      const at = new URL(`../${file}`, import.meta.url);
      const [first = ''] = readFileSync(at, 'utf8').split('\n');
      const [, path = ''] = /^# yaml-language-server: \$schema=(\S+)$/.exec(first) ?? [];
      expect(path, `the first line is: ${first}`).toMatch(/^\.\.\//);
      expect(new URL(path, at).href).toBe(new URL('../dist/level.schema.json', import.meta.url).href);
    },
  );
  it('has a sentence for every key, and is what the build writes', () => {
    const written = JSON.parse(readFileSync(new URL('../dist/level.schema.json', import.meta.url), 'utf8')) as Json;
    expect(written).toEqual(JSON.parse(JSON.stringify(schema)));
    expect((schema.else as { properties: { steps: Json } }).properties.steps.description).toContain('decisions');
  });
  it('has every key explained in CONTRIBUTING.md', () => {
    const text = readFileSync(new URL('../CONTRIBUTING.md', import.meta.url), 'utf8');
    const keys = new Set([...JSON.stringify(schema).matchAll(/"([a-zA-Z]+)":\{"description"/g)].map(([, key]) => key));
    expect(keys.size).toBeGreaterThan(40);
    expect([...keys].filter((key) => !new RegExp(`\`${key}\``).test(text))).toEqual([]);
  });
});
