// What each relay of a circuit sees and holds, and when two notebooks are one story.
import { describe, expect, it } from 'vitest';
import { describeCell } from '../../src/scenarios/cells.ts';
import { addressText } from '../../src/scenarios/dns.ts';
import { contains, holds, viewFor } from '../../src/scenarios/facts.ts';
import { linked } from '../../src/scenarios/linked.ts';
import { type Event, run } from '../../src/scenarios/network.ts';
import { encodeNotebook, describeNotebook } from '../../src/scenarios/notebook.ts';
import { onion } from '../../src/scenarios/onion.ts';
import { directoryOf, relayNames } from '../../src/scenarios/onionDirectory.ts';
import { entropy, named } from '../../src/tls/entropy.ts';

const seeds = Array.from({ length: 20 }, (_, index) => String(index));

function played(answers: Readonly<Record<string, unknown>> = {}, seed = '1') {
  const scene = onion.scene({}, entropy(seed));
  const { events } = run(scene.actors, scene.wires, ({ question }) => ({
    answer: answers[question.point] ?? question.reference(),
  }));
  const { address = '', password = '' } = scene.words;
  return { events, address, password, directory: directoryOf(named(entropy(seed), 'relays')) };
}
const cellsBetween = (events: readonly Event[], from: string, to: string) =>
  events.flatMap((event) => {
    if (event.what !== 'wire' || event.by !== from || event.to !== to) return [];
    const cell = describeCell(event.bytes);
    return cell ? [cell] : [];
  });
const text = (value: string): Uint8Array => Buffer.from(value);

describe('a circuit of three relays', () => {
  it('makes a cell smaller by one tag on each leg, and by a share and an address where it is opened', () => {
    const { events } = played();
    const legs = [
      ['alice', 'guard'],
      ['guard', 'middle'],
      ['middle', 'exit'],
    ].map(([from = '', to = '']) => cellsBetween(events, from, to).map(({ body }) => body.length));
    const [first = [], second = [], third = []] = legs;
    expect(first.length).toBeGreaterThan(3);
    expect([second.length, third.length]).toEqual([first.length, first.length]);
    for (const [index, length] of first.entries()) {
      const layer = index ? 16 : 4 + 32 + 16;
      expect([length - (second[index] ?? 0), (second[index] ?? 0) - (third[index] ?? 0)]).toEqual([layer, layer]);
    }
  });
  it('shows each relay the addresses of its two neighbours and of nobody else', () => {
    const { events, address, directory } = played();
    const seenBy = (relay: string) =>
      new Set(
        viewFor(relay, events).flatMap((event) => {
          const cell = event.what === 'wire' ? describeCell(event.bytes) : undefined;
          return cell ? [addressText(cell.from), addressText(cell.to)] : [];
        }),
      );
    const [guard, middle, exit] = [directory.guard, directory.middle, directory.exit].map((one) =>
      addressText(one.address),
    );
    expect(seenBy('guard')).toEqual(new Set([address, guard, middle]));
    expect(seenBy('middle')).toEqual(new Set([guard, middle, exit]));
    expect(seenBy('exit')).toEqual(new Set([middle, exit]));
  });
  it.each(seeds)(
    'gives the guard the caller, the exit the shop, the middle neither, nobody the password, seed %s',
    (seed) => {
      const { events, address, password } = played({}, seed);
      const known = ['guard', 'middle', 'exit'].map((relay) =>
        [address, 'shop.example', password].map((what) => contains(holds(relay, events), text(what))),
      );
      expect(known).toEqual([
        [true, false, false],
        [false, false, false],
        [false, true, false],
      ]);
    },
  );
  it.each(seeds)('has three owners, and one of them the other guard, seed %s', (seed) => {
    const directory = directoryOf(entropy(seed));
    const owners = relayNames.map((name) => directory[name].owner);
    expect(new Set(owners).size).toBe(relayNames.length - 1);
    expect(directory.other.owner).toBe(directory.exit.owner);
    expect(new Set(relayNames.map((name) => addressText(directory[name].address))).size).toBe(relayNames.length);
  });
});

describe('linked', () => {
  const together = (
    actors: readonly string[],
    { events, address }: Pick<ReturnType<typeof played>, 'events' | 'address'>,
  ) => linked({ owner: 'somebody', actors }, events, { what: 'call', from: address, to: 'shop.example' }).length > 0;

  it.each([
    [['guard'], false],
    [['middle'], false],
    [['exit'], false],
    [['guard', 'middle'], false],
    [['middle', 'exit'], false],
    // Two ends: the cells go in step. All three: each opens what the one before passed on.
    [['guard', 'exit'], true],
    [['guard', 'middle', 'exit'], true],
  ])('of %j is %j', (actors, expected) => {
    expect(together(actors, played())).toBe(expected);
  });
  it('is true of a relay that took off every layer', () => {
    expect(together(['exit'], played({ 'client.pickRelays': { relays: ['exit', 'exit', 'exit'] } }))).toBe(true);
  });
  it('is false of both ends where what came had not left: then it is another call', () => {
    const { events, address } = played();
    const came = (event: Event) => event.what === 'wire' && event.by === 'middle' && event.to === 'exit';
    const early = [...events.filter(came), ...events.filter((event) => !came(event))];
    expect(together(['guard', 'exit'], { events: early, address })).toBe(false);
    expect(together(['guard', 'exit'], { events, address })).toBe(true);
  });
  it('is false of both ends that were in step but twice, which could be chance', () => {
    expect(together(['guard', 'exit'], played({ 'client.openUrl': { scheme: 'http', relays: 3 } }))).toBe(false);
  });
});

describe('a notebook', () => {
  it('reads back line by line, and is none where it is cut', () => {
    const { bytes, name } = encodeNotebook('Alder', ['5 cells from here to there.', 'And no more.']);
    expect(name).toBe('notebook of Alder');
    expect(describeNotebook(bytes)?.lines).toEqual(['5 cells from here to there.', 'And no more.']);
    expect(describeNotebook(bytes.subarray(0, -1))).toBeUndefined();
    expect(describeNotebook(bytes.subarray(1))).toBeUndefined();
  });
});
