// A browser's list of hosts that want https alone, by RFC 6797: what goes into it, how long it holds, and what it changes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressBar, type Browser, warningPage } from '../../src/scenarios/browser.ts';
import { type HstsStore, isKnownHsts, keepHsts, upgraded } from '../../src/scenarios/hsts.ts';

const now = new Date('2026-05-04T09:00:00Z');
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const from = new URL('https://shop.example/');
const kept = (line: string, url = from, store: HstsStore = []) => keepHsts(store, url, line, now);

describe('a Strict-Transport-Security line', () => {
  it.each([
    ['max-age=60', true],
    ['max-age="60"', true],
    ['Max-Age = 60 ; includeSubDomains', true],
    ['includeSubDomains; preload; max-age=60', true],
    ['max-age=0', false],
    ['max-age=-1', false],
    ['max-age=soon', false],
    ['includeSubDomains', false],
    ['', false],
  ])('%j over https makes the host known: %s (6.1)', (line, known) => {
    expect(isKnownHsts(kept(line), 'shop.example', now)).toBe(known);
  });
  it('over http makes nobody known, and makes nobody forgotten (8.1)', () => {
    const plain = new URL('http://shop.example/');
    expect(kept('max-age=60', plain)).toEqual([]);
    expect(kept('max-age=0', plain, kept('max-age=60'))).toEqual(kept('max-age=60'));
  });
  it('takes the place of an older one; with max-age=0 the host is forgotten (6.1.1)', () => {
    const again = keepHsts(kept('max-age=60'), from, 'max-age=600', now);
    expect(again).toHaveLength(1);
    expect(isKnownHsts(again, 'shop.example', later(599))).toBe(true);
    expect(keepHsts(again, from, 'max-age=0', now)).toEqual([]);
  });
  it('holds for exactly so many seconds', () => {
    fc.assert(
      fc.property(fc.nat(100_000_000), fc.nat(200_000_000), (age, passed) => {
        expect(isKnownHsts(kept(`max-age=${age}`), 'shop.example', later(passed))).toBe(passed < age);
      }),
    );
  });
  it('of an age that no calendar has is no error', () => {
    expect(isKnownHsts(kept(`max-age=${'9'.repeat(30)}`), 'shop.example', later(1e9))).toBe(true);
  });
});

describe('an address', () => {
  const alone = kept('max-age=60');
  const withSubdomains = kept('max-age=60; includeSubDomains');
  it.each([
    ['http://shop.example/a?b', alone, 'https://shop.example/a?b'],
    ['http://shop.example:80/', alone, 'https://shop.example/'],
    ['http://shop.example:8080/', alone, 'https://shop.example:8080/'],
    ['https://shop.example/', alone, 'https://shop.example/'],
    ['http://www.shop.example/', alone, 'http://www.shop.example/'],
    ['http://www.shop.example/', withSubdomains, 'https://www.shop.example/'],
    ['http://notshop.example/', withSubdomains, 'http://notshop.example/'],
    ['http://example/', withSubdomains, 'http://example/'],
    ['http://shop.example/', [], 'http://shop.example/'],
  ])('%s is asked for as the list says (8.2, 8.3)', (typed, store, asked) => {
    expect(upgraded(store, new URL(typed), later(59)).href).toBe(asked);
    expect(upgraded(store, new URL(typed), later(60)).href).toBe(new URL(typed).href);
  });
  it('on the preload list never runs out, and no site takes itself off it', () => {
    const listed: HstsStore = [{ host: 'shop.example', until: 'listed', subdomains: false }];
    expect(isKnownHsts(keepHsts(listed, from, 'max-age=0', now), 'shop.example', later(1e9))).toBe(true);
  });
});

describe('the address bar and the warning page', () => {
  const page = (address: string) => ({ url: new URL(address), status: '200 OK', html: '', bytes: new Uint8Array(0) });
  it('say over what a page came, and whether there is a way past the warning', () => {
    expect(addressBar(page('http://shop.example/login'))).toBe('[Not secure] shop.example/login');
    expect(addressBar(page('https://shop.example/'))).toBe('[padlock] shop.example');
    const browser = (store: HstsStore): Browser => ({ jar: [], hsts: { store, now }, lineTo: () => 'peer' });
    expect(warningPage(browser([]), 'shop.example')).toMatch(/Go on/);
    expect(warningPage(browser(kept('max-age=60')), 'shop.example')).not.toMatch(/Go on/);
  });
});
