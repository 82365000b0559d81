// The deterministic world: each actor runs until it waits, in a fixed order, until nobody can go on.
import type { Effect, Link, Protocol, Question, Received, Reply, Told } from '../tls/effects.ts';

export interface Actor {
  readonly name: string;
  readonly protocol: Protocol<unknown>;
}

/** One end of a cable: the actor, and the link as that actor calls it. */
export type End = readonly [actor: string, link: Link];

/** A cable, with those who hear what passes on it. A tap receives copies on its own link. */
export interface Wire {
  readonly ends: readonly [End, End];
  readonly taps?: readonly End[];
  /** What the cable is, for the ladder: `port 443`. */
  readonly label?: string;
}

export type Event = { readonly by: string } & (
  | Told
  /** Bytes that went over a cable. `heardBy` are the actors who tapped it. */
  | {
      readonly what: 'wire';
      readonly to: string;
      readonly bytes: Uint8Array;
      readonly heardBy: readonly string[];
      readonly label?: string;
    }
  | { readonly what: 'closed'; readonly to: string; readonly heardBy: readonly string[]; readonly label?: string }
  | { readonly what: 'decision'; readonly point: string; readonly answer: unknown }
  /** What was sent has come to this actor: the same array. */
  | { readonly what: 'arrived'; readonly bytes: Uint8Array }
  /** Everybody waited and nothing was in flight: this actor's clock ran out. */
  | { readonly what: 'timeout' }
);
export type WireEvent = Extract<Event, { what: 'wire' }>;

export interface Asked {
  readonly by: string;
  readonly question: Question;
}

/** Answers a question, or says that the run stops there. */
export type Answerer = (asked: Asked) => { readonly answer: unknown } | 'wait';

export interface Ran {
  readonly events: readonly Event[];
  /** The question at which the run stopped. */
  readonly waiting?: Asked;
}

/** More steps than any level needs; a run that uses them up is a bug of its scenario. */
const fuelForARun = 20_000;

export const run = (actors: readonly Actor[], wires: readonly Wire[], answer: Answerer, fuel = fuelForARun): Ran =>
  running(actors, wires, answer, fuel)();

/** A run, not begun. Each call goes on with it: where it waited, the same question is asked again. */
export function running(
  actors: readonly Actor[],
  wires: readonly Wire[],
  answer: Answerer,
  fuel = fuelForARun,
): () => Ran {
  const events: Event[] = [];
  const network = cables(wires);
  const states = new Map(
    actors.map(({ name, protocol }) => [name, { protocol, effect: undefined as Effect | undefined, begun: false }]),
  );
  let waiting: Asked | undefined;

  const resume = (name: string, reply: Reply) => {
    const state = states.get(name);
    if (!state) return;
    const step = state.protocol.next(reply);
    state.begun = true;
    if (step.done) states.delete(name);
    else state.effect = step.value;
  };

  /** Carries out the actor's effect; false when it waits for bytes that are not there. */
  const perform = (name: string, effect: Effect): boolean => {
    switch (effect.kind) {
      case 'receive': {
        const received = network.take(name, effect.links);
        if (!received) return false;
        if ('bytes' in received) events.push({ what: 'arrived', by: name, bytes: received.bytes });
        resume(name, { kind: 'received', received });
        return true;
      }
      case 'decide': {
        const asked = { by: name, question: effect.question };
        const given = answer(asked);
        if (given === 'wait') {
          waiting = asked;
          return false;
        }
        events.push({ what: 'decision', by: name, point: effect.question.point, answer: given.answer });
        resume(name, { kind: 'answer', answer: given.answer });
        return true;
      }
      case 'send': {
        const cable = network.put(name, effect.link, (link) => ({ link, bytes: effect.bytes }));
        if (cable) events.push({ what: 'wire', by: name, bytes: effect.bytes, ...cable });
        resume(name, undefined);
        return true;
      }
      case 'close': {
        const cable = network.put(name, effect.link, (link) => ({ link, end: effect.how }));
        if (cable) events.push({ what: 'closed', by: name, ...cable });
        resume(name, undefined);
        return true;
      }
      case 'tell':
        events.push({ by: name, ...effect.event });
        resume(name, undefined);
        return true;
    }
  };

  const timeOut = () => {
    const [name, state] = first(states);
    const links = state.effect?.kind === 'receive' ? state.effect.links : [];
    events.push({ what: 'timeout', by: name });
    resume(name, { kind: 'received', received: { link: links[0] ?? 'peer', end: 'closed' } });
  };

  // Where the pass over the actors is.
  let at = 0;
  let moved = false;
  return () => {
    waiting = undefined;
    for (;;) {
      for (; at < actors.length; at++) {
        const name = actors[at]?.name ?? '';
        for (;;) {
          const state = states.get(name);
          if (!state) break;
          if (fuel-- <= 0) throw new Error('the scenario does not end');
          if (!state.begun) resume(name, undefined);
          else if (!state.effect || !perform(name, state.effect)) break;
          moved = true;
        }
        if (waiting) return { events, waiting };
      }
      at = 0;
      if (states.size === 0) return { events };
      if (!moved) timeOut();
      moved = false;
    }
  };
}

const first = <K, V>(map: Map<K, V>): [K, V] => {
  for (const entry of map) return entry;
  throw new Error('nobody waits');
};

/** Inboxes of all ends. A cable that was closed in one direction carries nothing more that way. */
function cables(wires: readonly Wire[]) {
  const inbox = new Map<string, Received[]>();
  const closed = new Set<string>();
  const routes = new Map<string, { readonly to: End; readonly taps: readonly End[]; readonly label?: string }>();
  const key = ([actor, link]: End) => `${actor} ${link}`;
  for (const { ends, taps = [], label } of wires) {
    const [a, b] = ends;
    routes.set(key(a), { to: b, taps, ...(label ? { label } : {}) });
    routes.set(key(b), { to: a, taps, ...(label ? { label } : {}) });
  }
  const deliver = (end: End, received: Received) => {
    const queue = inbox.get(key(end));
    if (queue) queue.push(received);
    else inbox.set(key(end), [received]);
  };
  return {
    put(
      actor: string,
      link: Link,
      make: (link: Link) => Received,
    ): { to: string; heardBy: string[]; label?: string } | undefined {
      const from = key([actor, link]);
      const route = routes.get(from);
      if (!route) throw new Error(`${actor} has no link ${link}`);
      if (closed.has(from)) return undefined;
      deliver(route.to, make(route.to[1]));
      for (const tap of route.taps) deliver(tap, { ...make(tap[1]), from: actor });
      if ('end' in make(route.to[1])) closed.add(from);
      return {
        to: route.to[0],
        heardBy: route.taps.map(([tap]) => tap),
        ...(route.label ? { label: route.label } : {}),
      };
    },
    take(actor: string, links: readonly Link[]): Received | undefined {
      for (const link of links) {
        const received = inbox.get(key([actor, link]))?.shift();
        if (received) return received;
      }
      return undefined;
    },
  };
}
