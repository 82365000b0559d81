// Two ends in one process, and a driver that takes the reference decisions: what the engine's tests run on.
import { type Event, run } from '../../src/scenarios/network.ts';
import type { Protocol, Question } from '../../src/tls/effects.ts';

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

/**
 * Joins a client and a server by a cable; answers by the reference rules unless `answers` has the point. A function among
 * them is given the situation.
 */
export function connect(
  client: Protocol<unknown>,
  server: Protocol<unknown>,
  answers: Readonly<Record<string, unknown>> = {},
): readonly Event[] {
  return run(
    [
      { name: 'client', protocol: client },
      { name: 'server', protocol: server },
    ],
    [
      {
        ends: [
          ['client', 'peer'],
          ['server', 'peer'],
        ],
      },
    ],
    ({ question }) => ({ answer: answer(question, answers) }),
  ).events;
}

export const answer = (question: Question, answers: Readonly<Record<string, unknown>>): unknown => {
  if (!(question.point in answers)) return question.reference();
  const chosen = answers[question.point];
  return typeof chosen === 'function' ? (chosen as (situation: unknown) => unknown)(question.situation) : chosen;
};

/** The events of one kind that an actor caused, in order. */
export const findAll = <What extends Event['what']>(events: readonly Event[], by: string, what: What) =>
  events.filter((event): event is Extract<Event, { what: What }> => event.by === by && event.what === what);
