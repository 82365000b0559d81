// Hostile peers: a short run of what `npm run fuzz` does at length, with the same states and the same faults.
import { describe, expect, it } from 'vitest';
import { otherOf } from '../insider.ts';
import { alertsFrom, dataTo } from '../pair.ts';
import { findAll, hex } from '../world.ts';
import { chance } from './chance.ts';
import { faults } from './faults.ts';
import { fuzz, type Tally, titleOf } from './fuzz.ts';
import { states } from './states.ts';

const all = states();
const tallies = new Map<string, Tally>();

describe.each(all.map((state) => [titleOf(state), state] as const))('%s', (title, state) => {
  it('goes on and ends in the right alerts, whatever the peer does', () => {
    const tally = fuzz(state, 'suite', 45);
    tallies.set(title, tally);
    expect(tally.progress).toBeGreaterThan(0);
    expect(tally.alerts.size).toBeGreaterThan(2);
    expect(tally.progress + [...tally.alerts.values()].reduce((sum, count) => sum + count, 0)).toBe(45);
  });
  // Who is asked later cannot answer in one go with the rest: the question comes between.
  if (title.startsWith('TLS 1.3, server, CONNECTED, WAIT')) return;
  it('says the same however the bytes of its peer are cut into pieces', () => {
    const said = (pieces: readonly Uint8Array[]) => {
      const events = state.hear(pieces);
      expect(findAll(events, state.side, 'agreed')).toHaveLength(1);
      expect(alertsFrom(events, state.side)).toEqual(['close_notify']);
      expect(dataTo(events, state.side)).not.toBe('');
      return findAll(events, state.side, 'wire').map(({ bytes }) => hex(bytes));
    };
    const records = state.seal(state.items);
    const usual = said(records);
    const whole = Buffer.concat(records);
    const dice = chance(title);
    const places = [...new Set(Array.from({ length: 9 }, () => 1 + dice.below(whole.length - 1)))].sort(
      (a, b) => a - b,
    );
    expect(said([whole])).toEqual(usual);
    expect(said([0, ...places].map((place, index) => whole.subarray(place, places[index])))).toEqual(usual);
  });
});

describe('the mutants', () => {
  it('are in every state that the RFCs name, and the one that is due is there', () => {
    expect(new Set(all.map(titleOf)).size).toBe(all.length);
    expect(all.filter(({ place }) => place < 0)).toEqual([]);
    for (const side of ['client', 'server'] as const)
      for (const version of ['TLS 1.3', 'TLS 1.2'] as const)
        expect(all.filter((state) => state.side === side && state.version === version).length).toBeGreaterThan(6);
    for (const state of all) expect(state.items.length).toBeGreaterThan(otherOf(state.side) === 'server' ? 5 : 3);
  });
  it('have every kind of fault', () => {
    const made = new Set([...tallies.values()].flatMap((tally) => [...tally.made.keys()]));
    expect(faults.map(({ name }) => name).filter((name) => !made.has(name))).toEqual([]);
  });
  it('are the same for the same seed, and others for another', () => {
    const [state] = all;
    if (!state) throw new Error('no state');
    const seen = (seed: string) => JSON.stringify([...fuzz(state, seed, 12).made]);
    expect(seen('one')).toBe(seen('one'));
    expect(seen('one')).not.toBe(seen('two'));
  });
});
