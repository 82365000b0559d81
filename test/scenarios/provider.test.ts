// What a provider has of two evenings: names and lengths, no words; and lengths that are enough.
import { describe, expect, it } from 'vitest';
import { contains, holds } from '../../src/scenarios/facts.ts';
import { type Asked, run } from '../../src/scenarios/network.ts';
import { provider } from '../../src/scenarios/provider.ts';
import { answersIn, fitting, type Piece } from '../../src/scenarios/providerEve.ts';
import { entropy } from '../../src/tls/entropy.ts';

const seeds = ['1', '2', '3', '4', '5', '6', '7', '8'];
const play = (seed: string, answers: Readonly<Record<string, unknown>> = {}) => {
  const scene = provider.scene({}, entropy(seed));
  const answer = ({ question }: Asked) => ({ answer: answers[question.point] ?? question.reference() });
  const { events } = run(scene.actors, scene.wires, answer);
  return { scene, events, facts: scene.facts(events).map(({ kind, what }) => `${kind} ${what}`) };
};
const notes = (seed: string) =>
  play(seed).events.flatMap((event) => (event.what === 'note' && event.by === 'eve' ? [event.text] : []));

describe('two evenings on a provider’s wires', () => {
  it.each(seeds)('give the sizes that the words of the level name, seed %s', (seed) => {
    const { words } = play(seed).scene;
    const all = notes(seed);
    expect(all.filter((text) => text.includes(` ${words.size} sealed bytes came back`))).toHaveLength(1);
    for (const page of ['read', 'near', 'far'])
      expect(all).toContain(`I fetched ${words[page]} myself: ${words[`${page}-size`]} sealed bytes.`);
  });
  it('move with the seed: the site, the page, its size, and which evening has DNS over HTTPS', () => {
    const all = seeds.map((seed): Record<string, unknown> => {
      return { ...play(seed).scene.words, first: notes(seed)[0]?.includes('dns.example') };
    });
    for (const word of ['host', 'read', 'size', 'plain-day', 'first'] as const)
      expect(new Set(all.map((words) => words[word])).size, word).toBeGreaterThan(1);
  });
  it('leave the words and the path out of all that she holds when the court asks first', () => {
    const { events, scene } = play('3');
    const asked = events.findIndex((event) => event.what === 'decision' && event.point === 'eve.report');
    const held = holds('eve', events.slice(0, asked));
    expect(held.length).toBeGreaterThan(10);
    expect(contains(held, Buffer.from(scene.words.host ?? ''))).toBe(true);
    for (const hidden of ['read', 'far']) expect(contains(held, Buffer.from(scene.words[hidden] ?? ''))).toBe(false);
    expect(contains(held, Buffer.from('Good evening'))).toBe(false);
  });
  it.each(seeds)('single out one page, and the one that she read, seed %s', (seed) => {
    const { facts, scene } = play(seed);
    expect(facts).toContain('found page');
    for (const page of ['near', 'far'])
      expect(play(seed, { 'eve.namePage': { page: scene.words[page] } }).facts).toContain('guessed page');
  });
});

describe('the weight of answers', () => {
  const record = (from: Piece['from'], length: number, type = 23): Piece => {
    const bytes = new Uint8Array(length);
    bytes[0] = type;
    return { from, bytes };
  };
  it('is counted from one sealed record of the asker to the next', () => {
    const pieces = [record('asker', 90, 22), record('site', 80, 22), record('site', 900)];
    const asked = [record('asker', 58), record('asker', 110), record('site', 400), record('site', 30)];
    expect(answersIn([...pieces, ...asked, record('asker', 24), record('site', 24)])).toEqual([430, 24]);
  });
  it('fits a page that differs by less than a greeting and a cookie', () => {
    const pages = [
      { path: '/a', size: 1000 },
      { path: '/b', size: 1300 },
    ];
    expect(fitting(1040, pages)).toEqual([{ path: '/a', size: 1000 }]);
    expect(fitting(1150, pages)).toHaveLength(2);
    expect(fitting(5000, pages)).toEqual([]);
  });
});
