// `linked`: whether the machines of one owner, notebooks side by side, know who called where. Both ends must stand in what
// they hold, and something must join them: a layer that one of them opened, or cells that left and came in step.
import { describeCell } from './cells.ts';
import { addressText } from './dns.ts';
import { contains, holds, viewFor } from './facts.ts';
import type { Event, WireEvent } from './network.ts';
import type { Fact } from './scenario.ts';

export interface Owner {
  readonly owner: string;
  readonly actors: readonly string[];
}
/** Who called, by the address, and where. */
export interface Call {
  readonly what: string;
  readonly from: string;
  readonly to: string;
}

/** `linked(owner, what)`, where they know of the call who made it. */
export function linked({ owner, actors }: Owner, events: readonly Event[], { what, from, to }: Call): Fact[] {
  const held = actors.flatMap((actor) => holds(actor, events));
  if (![from, to].every((end) => contains(held, Buffer.from(end)))) return [];
  const streams = streamsOf(actors, events);
  const { opens, reveals } = openingsOf(actors, events);
  const begun = streams.filter(({ cells }) => cells.some(({ bytes }) => sourceOf(bytes) === from));
  const follows = (one: Stream): readonly Stream[] =>
    streams.filter((other) => other !== one && (opens(one, other) || inStep(one, other)));
  const ends = (one: Stream): boolean => reveals(one, Buffer.from(to));
  return canReach(begun, follows, ends) ? [{ kind: 'linked', who: owner, what }] : [];
}

/** What went over one cable in one direction, each with its place in the run: the time at which it was seen. */
interface Stream {
  readonly from: string;
  readonly to: string;
  /** Of whether its ends belong to the owner: `out` leaves the owner, `in` comes to the owner. */
  readonly way: 'in' | 'out' | 'within';
  readonly cells: readonly { readonly bytes: Uint8Array; readonly at: number }[];
}

function streamsOf(actors: readonly string[], events: readonly Event[]): readonly Stream[] {
  const seen = new Set(actors.flatMap((actor) => viewFor(actor, events)));
  const streams = new Map<string, { -readonly [Key in keyof Stream]: Stream[Key] }>();
  for (const [at, event] of events.entries()) {
    // A machine's word to itself is no news to anybody.
    if (event.what !== 'wire' || !seen.has(event) || event.bytes.length < 2) continue;
    const key = `${event.by} ${event.to} ${event.label}`;
    const stream = streams.get(key);
    const cell = { bytes: event.bytes, at };
    if (stream) stream.cells = [...stream.cells, cell];
    else streams.set(key, { from: event.by, to: event.to, way: wayOf(event, actors), cells: [cell] });
  }
  return [...streams.values()];
}

const wayOf = (
  { by, to }: { readonly by: string } & Pick<WireEvent, 'to'>,
  actors: readonly string[],
): Stream['way'] => (actors.includes(by) ? (actors.includes(to) ? 'within' : 'out') : 'in');

/** What the owner's machines opened: cell by cell, what was inside. */
function openingsOf(actors: readonly string[], events: readonly Event[]) {
  const inside = new Map<string, Uint8Array>();
  for (const event of events)
    if (event.what === 'record' && event.direction === 'received' && event.inner && actors.includes(event.by))
      inside.set(keyOf(event.wire), event.inner.bytes);
  const insideOf = ({ cells }: Stream): readonly Uint8Array[] =>
    cells.flatMap(({ bytes }) => inside.get(keyOf(bytes)) ?? []);
  return {
    /** One was opened, and the other is what was inside. */
    opens: (one: Stream, other: Stream): boolean => {
      const opened = insideOf(one);
      return other.cells.some(({ bytes }) => contains(opened, describeCell(bytes)?.body ?? bytes));
    },
    reveals: (one: Stream, what: Uint8Array): boolean => contains(insideOf(one), what),
  };
}

/**
 * What left the owner and what came back to the owner elsewhere went in step: never one come that has not left, and again
 * and again none under way. Twice could be chance.
 */
function inStep(out: Stream, back: Stream): boolean {
  if (out.way !== 'out' || back.way !== 'in') return false;
  const steps = [...out.cells.map(({ at }) => ({ at, by: 1 })), ...back.cells.map(({ at }) => ({ at, by: -1 }))];
  let underWay = 0;
  let settled = 0;
  for (const { by } of steps.sort((one, other) => one.at - other.at)) {
    underWay += by;
    if (underWay < 0) return false;
    if (underWay === 0) settled++;
    if (settled === timesInStep) return true;
  }
  return false;
}
const timesInStep = 3;

function canReach<T>(begun: readonly T[], follows: (one: T) => readonly T[], ends: (one: T) => boolean): boolean {
  const reached = new Set(begun);
  for (const one of reached) {
    if (ends(one)) return true;
    for (const next of follows(one)) reached.add(next);
  }
  return false;
}

const sourceOf = (bytes: Uint8Array): string => {
  const cell = describeCell(bytes);
  return cell ? addressText(cell.from) : '';
};
const keyOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
