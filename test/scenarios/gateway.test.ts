// The café's gateway: what its owner changes in a page, and what reaches those who sit behind it.
import { describe, expect, it } from 'vitest';
import { gateway } from '../../src/scenarios/gateway.ts';
import { describeHttp, parseHttp } from '../../src/scenarios/http.ts';
import { type Event, run } from '../../src/scenarios/network.ts';
import { entropy } from '../../src/tls/entropy.ts';

const seeds = ['1', '2', '3', '4', '5', '6'];
function visitsOf(visit: '1' | '2' | '3', answers: Readonly<Record<string, unknown>>, seed: string) {
  const scene = gateway.scene({ visit }, entropy(seed));
  const { events } = run(scene.actors, scene.wires, ({ question }) => ({
    answer: answers[question.point] ?? question.reference(),
  }));
  return { events, words: scene.words, said: scene.facts(events).map(({ who, what }) => `${who} ${what}`) };
}
const plainTo = (events: readonly Event[], to: string) =>
  events.flatMap((event) =>
    event.what === 'wire' && event.to === to && event.by === 'mallory' && describeHttp(event.bytes)
      ? [parseHttp(event.bytes)]
      : [],
  );
const ports = (events: readonly Event[], by: string) =>
  new Set(events.flatMap((event) => (event.what === 'wire' && event.by === by ? [event.label ?? ''] : [])));

const unmended = { 'server.demandHttps': { policy: 'none' } };

describe.each(seeds)('seed %s', (seed) => {
  it('a stripped page has no https in it, and says how long it is', () => {
    const { events } = visitsOf('1', unmended, seed);
    const pages = plainTo(events, 'alice');
    expect(pages.length).toBeGreaterThanOrEqual(4);
    for (const { headers, body } of pages) {
      expect(JSON.stringify(headers) + body).not.toMatch(/https:|Secure/);
      expect(Number(headers['content-length'])).toBe(body.length);
    }
  });
  it('a cookie that stayed Secure is not brought back over http', () => {
    const cookies = (edits: readonly string[]) =>
      visitsOf('1', { ...unmended, 'mallory.rewrite': { edits } }, seed).events.flatMap((event) =>
        event.what === 'wire' && event.by === 'alice' ? (parseHttp(event.bytes).headers.cookie ?? []) : [],
      );
    expect(cookies(['links'])).toEqual([]);
    expect(cookies(['links', 'secure'])).toHaveLength(1);
  });
  it('one visit from home under HSTS, and the café hears nothing on port 80', () => {
    const { events } = visitsOf('2', {}, seed);
    expect([...ports(events, 'alice')]).toEqual(['Alice’s home, port 80', 'Alice’s home, port 443', 'port 443']);
  });
  it('those with an entry that holds, or a list, stay out of reach, and nobody else', () => {
    const reached = (id: string) => visitsOf('3', { 'mallory.chooseVictim': { id } }, seed).said;
    const { words } = visitsOf('3', {}, seed);
    const passwordOf = (id: string | undefined) => (id === 'alice' ? 'password-3' : `${id}-password`);
    for (const id of ['carol', words['lapsed-id']]) expect(reached(id ?? '')).toContain(`mallory ${passwordOf(id)}`);
    for (const id of [words['shut-id'], 'nobody']) expect(reached(id ?? '').join()).not.toMatch(/password/);
    expect(Number(words['lapsed-days'])).toBeGreaterThan(Number(words.days));
  });
});

it('Alice is late in some seeds, and in time in others', () => {
  const late = seeds.map((seed) => visitsOf('3', {}, seed).words['lapsed-id']);
  expect(new Set(late)).toEqual(new Set(['alice', 'erin']));
});
