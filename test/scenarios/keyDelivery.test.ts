// A key under RSA, a photo under AES: what each costs, and what Eve opens with what she heard.
import { describe, expect, it } from 'vitest';
import { scenarios } from '../../src/scenarios/index.ts';
import { fileKinds, photoOf, startOf } from '../../src/scenarios/keyDeliveryFiles.ts';
import { run } from '../../src/scenarios/network.ts';
import { entropy } from '../../src/tls/entropy.ts';

const seeds = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'];
const played = (seed: string, answers: Readonly<Record<string, unknown>> = {}) => {
  const scenario = scenarios.get('key-delivery');
  const scene = scenario?.scene(scenario.setup.parse({ parcel: '1' }), entropy(seed));
  if (!scene) throw new Error('no such scenario');
  const { events } = run(scene.actors, scene.wires, ({ question }) => ({
    answer: answers[question.point] ?? question.reference(),
  }));
  const operations = events.reduce((sum, event) => sum + (event.what === 'spent' ? event.count : 0), 0);
  const facts = scene.facts(events).map(({ kind, who, what }) => `${kind}(${who}, ${what})`);
  const wire = events.flatMap((event) => (event.what === 'wire' ? [event.bytes.length] : []));
  return { words: scene.words, operations, facts, wire };
};
const delivered = ['delivered(photo-1, bob)', 'delivered(code-1, alice)'];

describe('private operations', () => {
  it('are one where RSA carries the key and AES the photo', () => {
    for (const seed of seeds) {
      const { operations, facts } = played(seed);
      expect([operations, facts]).toEqual([1, delivered]);
    }
  });
  it('are one more for each block where RSA carries the photo, and the words say how many', () => {
    for (const seed of ['1', '2', '3']) {
      const { operations, facts, words, wire } = played(seed, { 'client.encryptBulk': { method: 'rsa-blocks' } });
      expect(operations).toBe(1 + Number(words.blocks));
      expect(wire.map(String)).toContain(String(1 + Number(words['locked-size']?.replaceAll(',', ''))));
      expect(facts).toEqual([...delivered, 'spent(bob, more-than-2-rsa-private)']);
    }
  });
  it('are two, and not too many, where the answer is made with one', () => {
    const { operations, facts } = played('1', { 'server.sealWith': { key: 'rsa-private' } });
    expect(operations).toBe(2);
    expect(facts).toEqual([...delivered, 'learned(eve, code-1)']);
  });
});

describe('the seed', () => {
  it('draws the kind of the file, its size, the key and the code', () => {
    const drawn = (name: string) => new Set(seeds.map((seed) => played(seed).words[name])).size;
    for (const [name, least] of [
      ['file', 3],
      ['size', 8],
      ['bits', 2],
      ['room', 2],
      ['code', 9],
    ] as const)
      expect([name, drawn(name) >= least]).toEqual([name, true]);
  });
});

describe('a nonce that comes twice', () => {
  it('gives Eve the answer, whatever kind of file the photo is', () => {
    const kinds = new Set<string | undefined>();
    for (const seed of seeds) {
      const { facts, words } = played(seed, { 'server.sealWith': { key: 'aes', nonce: 'repeat' } });
      expect(facts).toEqual([...delivered, 'learned(eve, code-1)']);
      kinds.add(words.file);
    }
    expect(kinds.size).toBeGreaterThanOrEqual(3);
  });
  it.each(fileKinds)('a %s begins as it must, and long enough to open an answer of 18 bytes', (kind) => {
    const photo = photoOf(kind, 16_000, entropy('photo'));
    expect(photo).toHaveLength(16_000);
    const start = startOf(kind, photo.length);
    expect(start.length).toBeGreaterThanOrEqual(18);
    expect([...photo.subarray(0, start.length)]).toEqual([...start]);
    const magic = { JPEG: 'ffd8ffe0', PNG: '89504e47', WebP: '52494646', BMP: '424d803e' }[kind];
    expect(Buffer.from(start.subarray(0, 4)).toString('hex')).toBe(magic);
  });
});

it('a key under the wrong public key, under itself or in the clear does what it must', () => {
  const wrapped = (to: string) => played('1', { 'client.wrapKey': { to } }).facts;
  expect(wrapped('alice')).toEqual(['stalled(bob, private key that fits)']);
  expect(wrapped('itself')).toEqual(['stalled(bob, key to open the key)']);
  expect(wrapped('nobody')).toEqual([...delivered, 'learned(eve, photo-1)', 'learned(eve, code-1)']);
});
