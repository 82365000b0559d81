// How one actor does several things: at once, with fixed answers, or while keeping what it sees.
import { close, type Effect, type Link, type Protocol, receive, type Reply, send, type Told } from '../tls/effects.ts';

/** Runs protocols side by side inside one actor; each must wait on links of its own. Ends when all have ended. */
export function* together(...protocols: readonly Protocol<unknown>[]): Protocol<void> {
  const running = protocols.map((protocol) => ({ protocol, step: protocol.next() }));
  for (;;) {
    for (const each of running) {
      while (!each.step.done && each.step.value.kind !== 'receive')
        each.step = each.protocol.next(yield each.step.value);
    }
    const waiting = running.filter(({ step }) => !step.done);
    if (!waiting.length) return;
    const links = waiting.flatMap(({ step }) => linksOf(step.value as Effect));
    const reply = yield { kind: 'receive', links };
    const link = reply?.kind === 'received' ? reply.received.link : undefined;
    const one = waiting.find(({ step }) => link !== undefined && linksOf(step.value as Effect).includes(link));
    if (!one) throw new Error('the driver resumed on a link that nobody waits on');
    one.step = one.protocol.next(reply);
  }
}

const linksOf = (effect: Effect): readonly string[] => (effect.kind === 'receive' ? effect.links : []);

/** Runs a protocol whose every effect another hand carries out: that hand passes it on, or replies itself. */
function* through<T>(protocol: Protocol<T>, hand: (effect: Effect) => Protocol<Reply>): Protocol<T> {
  let step = protocol.next();
  while (!step.done) step = protocol.next(yield* hand(step.value));
  return step.value;
}

/** Answers some decisions itself, as a setting of the actor does, and passes on all others. */
export const answering = <T>(protocol: Protocol<T>, answers: Readonly<Record<string, unknown>>): Protocol<T> =>
  through(protocol, function* (effect) {
    if (effect.kind === 'decide' && effect.question.point in answers)
      return { kind: 'answer', answer: answers[effect.question.point] };
    return yield effect;
  });

/** Answers some decisions by a protocol that is given their situation, and passes on all others. */
export const decidingBy = <T>(
  protocol: Protocol<T>,
  hands: Readonly<Record<string, (situation: unknown) => Protocol<unknown>>>,
): Protocol<T> =>
  through(protocol, function* (effect) {
    const hand = effect.kind === 'decide' ? hands[effect.question.point] : undefined;
    if (effect.kind !== 'decide' || !hand) return yield effect;
    return { kind: 'answer', answer: yield* hand(effect.question.situation) };
  });

/** Lets the actor remember what a protocol inside it told. */
export const remembering = <T>(protocol: Protocol<T>, remember: (told: Told) => void): Protocol<T> =>
  through(protocol, function* (effect) {
    if (effect.kind === 'tell') remember(effect.event);
    return yield effect;
  });

/** Does something else just before a protocol first sends on a link. */
export function beforeFirstSend<T>(protocol: Protocol<T>, also: Protocol<void>, link: Link = 'peer'): Protocol<T> {
  let done = false;
  return through(protocol, function* (effect) {
    if (!done && effect.kind === 'send' && effect.link === link) {
      done = true;
      yield* also;
    }
    return yield effect;
  });
}

/** Gives a protocol bytes that were read ahead of it, as the first thing that it receives on that link. */
export function replaying<T>(bytes: Uint8Array, protocol: Protocol<T>, link: Link = 'peer'): Protocol<T> {
  let given = false;
  return through(protocol, function* (effect) {
    if (given || effect.kind !== 'receive' || !effect.links.includes(link)) return yield effect;
    given = true;
    return { kind: 'received', received: { link, bytes } };
  });
}

/** A transport that connects only once its application has something to send. */
export function* whenNeeded<T>(transport: Protocol<T>): Protocol<T | undefined> {
  const first = yield* receive('app');
  if ('bytes' in first) return yield* replaying(first.bytes, transport, 'app');
  yield* close();
  return undefined;
}

/** Passes on what comes on either link to the other, until both have ended. `watch` may change or withhold it. */
export function* passOn(
  one: string,
  other: string,
  watch: (from: string, bytes: Uint8Array) => Protocol<Uint8Array | 'cut' | undefined>,
): Protocol<void> {
  const open = new Set([one, other]);
  while (open.size) {
    const received = yield* receive(...open);
    const to = received.link === one ? other : one;
    if ('end' in received) {
      open.delete(received.link);
      yield* close(to);
      continue;
    }
    const passed = yield* watch(received.link, received.bytes);
    if (passed === 'cut') {
      yield* close(one);
      yield* close(other);
      return;
    }
    if (passed) yield* send(passed, to);
  }
}
