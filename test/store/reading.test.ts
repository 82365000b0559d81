import { describe, expect, it } from 'vitest';
import { everyEntry, found, metEntries } from '../../src/game/codexPages.ts';
import { nothingYet } from '../../src/game/progress.ts';
import { linksOf, type Reading, reading, turned } from '../../src/store/reading.ts';
import { shippedLevels, shippedPages } from '../shipped.ts';

const pages = shippedPages();
const nothing = nothingYet.progress;
const begun = (...levels: readonly string[]) => ({
  ...nothing,
  levels: Object.fromEntries(levels.map((id) => [id, { attempts: 1 }])),
});
const first = begun('first-contact');
const at = (name: string, progress = first): Reading => ({
  ...turned(reading(pages, progress), { all: true }, progress),
  name,
});

describe('the places of an entry', () => {
  it('are the levels that introduce it, and those that show it by name', () => {
    const level = shippedLevels().find(({ id }) => id === 'first-contact');
    for (const term of level?.terms ?? []) expect(pages.places[term]).toContain('first-contact');
    expect(pages.places.ClientHello?.length).toBeGreaterThan(5);
    expect(pages.places.CertificateVerify).toContain('the-flight');
    expect(pages.places.CertificateVerify).not.toContain('not-a-cipher');
  });
  it('are known for every entry', () => {
    for (const name of everyEntry(pages)) expect(pages.places[name]?.length, name).toBeGreaterThan(0);
  });
});

describe('the codex', () => {
  it('lists what was met; where nothing was, all', () => {
    expect(reading(pages, nothing)).toMatchObject({ all: true, listed: everyEntry(pages) });
    const some = reading(pages, first);
    expect(some.all).toBe(false);
    expect(some.listed).toEqual(metEntries(pages, first));
    expect(some.listed.length).toBeGreaterThan(5);
    expect(some.listed.length).toBeLessThan(everyEntry(pages).length);
    expect(turned(some, { all: true }, first).listed).toEqual(everyEntry(pages));
  });
  it('goes up and down, and stops at both ends', () => {
    const start = reading(pages, nothing);
    expect(turned(start, { by: -1 }, nothing).name).toBe(start.listed[0]);
    expect(turned(start, { by: 1 }, nothing).name).toBe(start.listed[1]);
    expect(turned(start, { by: 9999 }, nothing).name).toBe(start.listed.at(-1));
  });
  it('follows links, also to what was not met, and comes back', () => {
    const now = at('ClientHello');
    const [link] = linksOf(now);
    const there = turned(now, { link: 1 }, first);
    expect(there.name).toBe(link);
    expect(turned(there, { back: true }, first)).toMatchObject({ name: 'ClientHello', trail: [] });
    expect(turned(now, { link: 6 }, first)).toEqual(linksOf(now)[5] ? expect.anything() : now);
    expect(turned(now, { back: true }, first)).toEqual(now);
  });
  it('stays on its entry when all are listed, and finds one that is no longer listed again', () => {
    const now = reading(pages, first);
    const second = turned(now, { by: 1 }, first);
    expect(turned(second, { all: true }, first).name).toBe(second.name);
  });
  it('has nothing to read where a search finds nothing', () => {
    const now = turned(reading(pages, nothing), { query: 'no such word' }, nothing);
    expect(now).toMatchObject({ listed: [], name: undefined });
    expect(turned(turned(now, { by: 1 }, nothing), { link: 1 }, nothing)).toEqual(now);
    expect(turned(now, { query: '' }, nothing).listed).toEqual(everyEntry(pages));
  });
});

describe('a search', () => {
  it('puts names that begin so before names that have it inside, and those before texts', () => {
    const names = found(pages, everyEntry(pages), 'certificate');
    const ranks = names.map((name) => (/^certificate/i.test(name) ? 0 : /certificate/i.test(name) ? 1 : 2));
    expect(ranks).toEqual([...ranks].sort());
    expect(new Set(ranks)).toEqual(new Set([0, 1, 2]));
  });
  it('minds neither capitals nor spaces around', () => {
    expect(found(pages, everyEntry(pages), '  CLIENThello ')[0]).toBe('ClientHello');
  });
});
