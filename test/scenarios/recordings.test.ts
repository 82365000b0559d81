// Recordings and a stolen key: over every suite and seed, it opens what was locked for it, all of that, and nothing else.
import { describe, expect, it } from 'vitest';
import { recordings } from '../../src/scenarios/recordings.ts';
import { type Event, run } from '../../src/scenarios/network.ts';
import type { Dump } from '../../src/scenarios/scenario.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { suiteName } from '../../src/tls/registry.ts';
import { findAll, hex } from '../tls/world.ts';

const seeds = ['1', '2', '3', '4', '5', '6', '7', '8'];
type Answers = Readonly<Record<string, unknown>>;
function play(when: 'past' | 'patched' | 'again', seed: string, answers: Answers = {}) {
  const scene = recordings.scene({ when }, entropy(seed));
  const { events } = run(scene.actors, scene.wires, ({ question }) => ({
    answer: answers[question.point] ?? question.reference(),
  }));
  return { events, words: scene.words, said: scene.facts(events).map(({ kind, what }) => `${kind} ${what}`) };
}
const openedBy = (events: readonly Event[]) =>
  findAll(events, 'eve', 'record').map(({ inner }) => hex(inner?.bytes ?? new Uint8Array(0)));
const suitesOf = (events: readonly Event[]) => findAll(events, 'bob', 'agreed').map(({ suite }) => suiteName(suite));

describe.each(seeds)('seed %s', (seed) => {
  it('what Eve opens is what Alice and Bob sealed, byte for byte, to the last record', () => {
    const { events, words, said } = play('past', seed);
    const ours = findAll(events, 'alice', 'record').filter(({ sealedBy }) => sealedBy?.endsWith(' write'));
    const ofThatDay = ours.map(({ inner }) => hex(inner?.bytes ?? new Uint8Array(0)));
    const opened = openedBy(events);
    expect(opened).toHaveLength(6);
    expect(ofThatDay).toEqual(expect.arrayContaining(opened));
    expect(said).toContain('learned order-1');
    expect(suitesOf(events).sort()).toEqual(
      [words['rsa-suite'], 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_AES_128_GCM_SHA256'].sort(),
    );
  });
  it.each(['ecdhe', 'tls13'])('the recording of %s stays shut', (kind) => {
    const { words } = play('past', seed);
    const { events, said } = play('past', seed, { 'eve.chooseRecording': { id: words[`${kind}-id`] } });
    expect(openedBy(events)).toEqual([]);
    expect(said).toContain('stalled bob.number');
    expect(said.join()).not.toMatch(/learned/);
  });
  it.each([
    ['long-key', 1],
    ['rotate', 3],
    ['revoke', 1],
  ])('after %s the disk has as many keys as there were, and one of them opens the order', (policy, keys) => {
    const { events, said } = play('patched', seed, { 'server.keepShut': { policy } });
    expect(said).toContain('learned order-4');
    const notes = findAll(events, 'eve', 'note').map(({ text }) => text);
    expect(notes.join()).toContain(keys === 1 ? 'a private RSA key' : `${keys} private RSA keys`);
  });
  it('of a recording with forward secrecy no message opens', () => {
    let dump: readonly Dump[] = [];
    const scene = recordings.scene({ when: 'again' }, entropy(seed));
    run(scene.actors, scene.wires, ({ question }) => {
      if (question.point === 'eve.pickLocked') ({ dump } = question.situation as { readonly dump: readonly Dump[] });
      return { answer: question.reference() };
    });
    expect(dump.length).toBeGreaterThanOrEqual(10);
    for (const record of dump.keys())
      expect(openedBy(play('again', seed, { 'eve.pickLocked': { record, offset: 0, length: 1 } }).events)).toEqual([]);
  });
});

it('the seed moves which recording opens, and its suite', () => {
  const words = seeds.map((seed) => play('past', seed).words);
  expect(new Set(words.map((one) => one['rsa-id'])).size).toBe(3);
  expect(new Set(words.map((one) => one['rsa-suite'])).size).toBe(2);
});
