// Talked down: for every way to try it and every mended browser, who ends the connection, and what is read of it a year later.
import { describe, expect, it } from 'vitest';
import { fallback } from '../../src/scenarios/fallback.ts';
import { run } from '../../src/scenarios/network.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { decodeClientHello } from '../../src/tls/messages/clientHello.ts';
import { findExtension } from '../../src/tls/messages/extensions.ts';
import { findAll } from '../tls/world.ts';

const seeds = ['1', '2', '3', '4', '5'];
function play(seed: string, policy: string, attack: Readonly<Record<string, unknown>> = {}) {
  const answers: Readonly<Record<string, unknown>> = { 'client.mend': { policy }, ...attack };
  const scene = fallback.scene(fallback.setup.parse({ order: 'order-1' }), entropy(seed));
  const { events } = run(scene.actors, scene.wires, ({ question }) => ({
    answer: answers[question.point] ?? question.reference(),
  }));
  const said = scene.facts(events).map(({ kind, who, what }) => `${kind} ${who} ${what}`);
  return { events, words: scene.words, said: said.filter((one) => !one.endsWith(' any')).sort() };
}
const hello = (how: string, blank = false) => ({ 'mallory.onClientHello': { how, blank } });
const answer = (forward: string) => ({ 'mallory.onServerHello': { forward } });
const read = ['delivered order-1 bob', 'learned mallory order-1'];

describe.each(seeds)('seed %s', (seed) => {
  it.each([
    ['none', hello('swallow'), read],
    ['none', hello('legacy'), ['aborted alice bad_record_mac', 'aborted bob bad_record_mac']],
    ['none', hello('cut'), ['aborted bob decrypt_error']],
    ['none', hello('forge'), ['aborted alice unexpected_message']],
    ['none', answer('blank'), ['aborted bob bad_record_mac']],
    ['none', answer('cut'), []],
    ['finished-twice', hello('swallow'), read],
    ['legacy-version', hello('swallow'), read],
    ['marker', hello('swallow'), ['aborted alice illegal_parameter']],
    ['marker', hello('swallow', true), ['aborted bob bad_record_mac']],
    ['marker', hello('cut'), ['aborted alice illegal_parameter']],
    ['no-retry', hello('swallow'), ['stalled mallory retry']],
    ['no-retry', hello('swallow', true), ['stalled mallory retry']],
    ['no-retry', hello('cut'), ['aborted bob decrypt_error']],
  ])('a browser with %s, and %j: %j', (policy, attack, facts) => {
    expect(play(seed, policy, attack).said).toEqual(facts);
  });
  it('only the last hello offers TLS 1.2 and no more, and it goes on as it came', () => {
    const { events, words } = play(seed, 'none');
    const records = (by: string, to: string) =>
      findAll(events, by, 'wire').filter((wire) => wire.to === to && wire.bytes[5] === 1 && wire.bytes[0] === 22);
    const hellos = records('alice', 'mallory').map(({ bytes }) => decodeClientHello(bytes.subarray(5), false));
    const offers13 = hellos.map(({ extensions }) =>
      findExtension(extensions, 'supported_versions')?.versions.includes(0x0304),
    );
    expect(offers13).toEqual(words.hellos === 'one' ? [true, undefined] : [true, true, undefined]);
    const [passed] = records('mallory', 'bob');
    expect(passed?.bytes).toEqual(records('alice', 'mallory').at(-1)?.bytes);
  });
});

it('seeds differ in the suite, and in how often the browser asks for all', () => {
  const words = seeds.map((seed) => play(seed, 'none').words);
  expect(new Set(words.map(({ suite }) => suite)).size).toBe(2);
  expect(new Set(words.map(({ hellos }) => hellos)).size).toBe(2);
});
