// What a protocol may ask of whoever drives it. A protocol is a generator: it does no I/O and throws no dice of its own,
// it yields an effect and is resumed with the reply.
//
// The engine in this folder is for teaching: it is not constant time, keeps secrets in plain memory and tells them to
// whoever drives it. It must never guard anything that is worth guarding.
import type * as z from 'zod';
import type { AlertName } from './alerts.ts';
import type { Field } from './codec.ts';

/** A link as its actor names it. An endpoint has `peer` (the network) and `app` (its own application). */
export type Link = string;

/** What an application may ask of the endpoint under it, besides sending and closing. */
export type Wish =
  /** Change the key that this end sends with; `requested`: and ask the peer to change its own (RFC 8446 4.6.3). */
  | { readonly wish: 'keyUpdate'; readonly requested: boolean }
  /** Ask the client who it is (RFC 8446 4.6.2). The answer comes as news with the same `about`. */
  | { readonly wish: 'clientCertificate'; readonly about: string };

/** What an endpoint lets its application know besides the data. */
export type News =
  /** The client's answer: the chain that it has proven to be its own (DER, leaf first); empty where it showed none or cannot be asked. */
  { readonly news: 'clientCertificate'; readonly about: string; readonly chain: readonly Uint8Array[] };

/** Bytes that arrived, or the end of the stream. On `app`, `failed` says that what came may not be whole. */
export type Received =
  /** Only between an endpoint and its application there may be a wish, or news; then there are no bytes. */
  | {
      readonly link: Link;
      readonly bytes: Uint8Array;
      readonly wish?: Wish;
      readonly news?: News;
      /** On a tapped cable: which of its ends said it. */
      readonly from?: string;
    }
  | { readonly link: Link; readonly end: Ending };
export type Ending = 'closed' | 'failed';

export type Direction = 'sent' | 'received';

/** What an actor lets the world know of itself. Nobody but its teller (and the player in its role) sees it. */
export type Told =
  | ToldRecord
  | {
      readonly what: 'message';
      readonly direction: Direction;
      readonly name: string;
      readonly bytes: Uint8Array;
      readonly fields: readonly Field[];
    }
  /** `label` as in SSLKEYLOGFILE (RFC 9850), so that what was told can be exported. */
  | { readonly what: 'secret'; readonly label: string; readonly value: Uint8Array; readonly clientRandom: Uint8Array }
  | { readonly what: 'check'; readonly name: string; readonly holds: boolean; readonly required: boolean }
  | { readonly what: 'alert'; readonly direction: Direction; readonly alert: AlertName; readonly reason: string }
  | { readonly what: 'data'; readonly direction: Direction; readonly bytes: Uint8Array }
  /** The handshake is complete at this end. Numbers are the registry's; `transcript` is the hash up to the last Finished. */
  | {
      readonly what: 'agreed';
      readonly version: number;
      readonly suite: number;
      readonly group: number;
      readonly transcript: Uint8Array;
    }
  /** A line in the actor's notebook: what it found out, and how. `holds` is what it found, as bytes. */
  | { readonly what: 'note'; readonly text: string; readonly holds?: Uint8Array }
  /** The application acted on something: booked, paid, believed. `bytes` is what it acted on, `link` where it came from. */
  | { readonly what: 'acted'; readonly action: string; readonly bytes: Uint8Array; readonly link?: Link }
  /** Who taps keeps what passes on the cables of this label from the beginning on (`everything`: all of them). */
  | { readonly what: 'kept'; readonly label: string }
  /** The actor cannot go on: it lacks this value, or waits for a message nobody will send. */
  | { readonly what: 'stalled'; readonly missing: string }
  /** The actor did something that costs it, so many times: `rsa-private` is one operation with an RSA private key. */
  | { readonly what: 'spent'; readonly operation: 'rsa-private'; readonly count: number };

/** One record as it stood on the wire, and what is inside for whoever holds the key. */
export interface ToldRecord {
  readonly what: 'record';
  readonly direction: Direction;
  /** The whole record: the same array that was sent or received. */
  readonly wire: Uint8Array;
  readonly fields: readonly Field[];
  /** Content type inside (RFC 8446 5.1): 20, 21, 22 or 23. */
  readonly type: number;
  /** What it carries in a few words: `ClientHello`, `alert: decrypt_error`, `application data`. */
  readonly name: string;
  /** The traffic key in force, as in the key tree; absent in the clear. */
  readonly sealedBy?: string;
  /** The opened content, for a sealed record. */
  readonly inner?: { readonly bytes: Uint8Array; readonly fields: readonly Field[] };
}

/** A decision with its situation, its types closed over: a driver can name it, check an answer, or take the reference. */
export interface Question {
  readonly point: string;
  readonly situation: unknown;
  readonly reference: () => unknown;
}

export type Effect =
  | {
      readonly kind: 'send';
      readonly link: Link;
      readonly bytes: Uint8Array;
      readonly wish?: Wish;
      readonly news?: News;
    }
  | { readonly kind: 'close'; readonly link: Link; readonly how: Ending }
  | { readonly kind: 'receive'; readonly links: readonly Link[] }
  | { readonly kind: 'decide'; readonly question: Question }
  | { readonly kind: 'tell'; readonly event: Told };

export type Reply =
  | { readonly kind: 'received'; readonly received: Received }
  | { readonly kind: 'answer'; readonly answer: unknown }
  | undefined;

export type Protocol<Result> = Generator<Effect, Result, Reply>;

/** Where an implementation has a choice. `reference` is what a correct one does in the situation. */
export interface DecisionPoint<Situation = never, Answer = unknown> {
  readonly name: string;
  /** RFC and section, such as `8446 4.1.3`. */
  readonly rfc: string;
  readonly schema: z.ZodType<Answer>;
  readonly reference: (situation: Situation) => Answer;
}

/** Curried, so that the situation is named and the answer is inferred from its schema. */
export const decisionPoint =
  <Situation>() =>
  <Answer>(
    name: string,
    rfc: string,
    schema: z.ZodType<Answer>,
    reference: (situation: Situation) => Answer,
  ): DecisionPoint<Situation, Answer> => ({ name, rfc, schema, reference });

/** The one place where an answer becomes typed. */
export function* decide<Situation, Answer>(
  point: DecisionPoint<Situation, Answer>,
  situation: Situation,
): Protocol<Answer> {
  let own: { readonly answer: Answer } | undefined;
  const reference = (): Answer => {
    own = { answer: point.reference(situation) };
    return own.answer;
  };
  const reply = yield { kind: 'decide', question: { point: point.name, situation, reference } };
  if (reply?.kind !== 'answer') throw new Error(`the driver did not answer ${point.name}`);
  // What the point's own rule said is typed already.
  return own && reply.answer === own.answer ? own.answer : point.schema.parse(reply.answer);
}

export function* send(bytes: Uint8Array, link: Link = 'peer'): Protocol<void> {
  yield { kind: 'send', link, bytes };
}

/** Asks the endpoint under this application for something. To whom it means nothing, it is no bytes at all. */
export function* wishFor(wish: Wish, link: Link = 'peer'): Protocol<void> {
  yield { kind: 'send', link, bytes: new Uint8Array(0), wish };
}

/** Lets the application above this endpoint know. To whom it means nothing, it is no bytes at all. */
export function* inform(news: News): Protocol<void> {
  yield { kind: 'send', link: 'app', bytes: new Uint8Array(0), news };
}

export function* close(link: Link = 'peer', how: Ending = 'closed'): Protocol<void> {
  yield { kind: 'close', link, how };
}

export function* tell(event: Told): Protocol<void> {
  yield { kind: 'tell', event };
}

/** Waits on the links named (`peer` when none is) and gives what comes first. */
export function* receive(...links: readonly Link[]): Protocol<Received> {
  const reply = yield { kind: 'receive', links: links.length ? links : ['peer'] };
  if (reply?.kind !== 'received') throw new Error('the driver resumed receive() with nothing');
  return reply.received;
}

/** Runs a protocol on another link than `peer`: how a man in the middle nests a client or a server. */
export function* over<Result>(link: Link, protocol: Protocol<Result>): Protocol<Result> {
  const outside = (inner: Link) => (inner === 'peer' ? link : inner);
  let step = protocol.next();
  while (!step.done) {
    const effect = step.value;
    let reply: Reply;
    switch (effect.kind) {
      case 'send':
      case 'close':
        reply = yield { ...effect, link: outside(effect.link) };
        break;
      case 'receive': {
        reply = yield { ...effect, links: effect.links.map(outside) };
        if (reply?.kind === 'received' && reply.received.link === link)
          reply = { kind: 'received', received: { ...reply.received, link: 'peer' } };
        break;
      }
      case 'decide':
      case 'tell':
        reply = yield effect;
    }
    step = protocol.next(reply);
  }
  return step.value;
}

/**
 * Runs an application on top of a transport, inside one actor: the application's `peer` is the transport's `app`.
 * So the same application speaks in the clear (run alone) or sealed (run on a TLS endpoint).
 * Ends when both have ended; gives both results.
 */
export function* stack<App, Transport>(
  application: Protocol<App>,
  transport: Protocol<Transport>,
): Protocol<{ readonly app: App; readonly transport: Transport }> {
  const toTransport: Received[] = [];
  const toApp: Received[] = [];
  let upper = application.next();
  let lower = transport.next();
  const step = {
    upper: (reply: Reply) => (upper = application.next(reply)),
    lower: (reply: Reply) => (lower = transport.next(reply)),
  };
  for (;;) {
    // Each runs until it waits for something that is not there.
    if (!upper.done) {
      const effect = upper.value;
      if (effect.kind === 'send' && effect.link === 'peer') {
        const { bytes, wish } = effect;
        if (!lower.done) toTransport.push({ link: 'app', bytes, ...(wish ? { wish } : {}) });
        step.upper(undefined);
        continue;
      }
      if (effect.kind === 'close' && effect.link === 'peer') {
        if (!lower.done) toTransport.push({ link: 'app', end: effect.how });
        step.upper(undefined);
        continue;
      }
      if (effect.kind === 'receive' && effect.links.includes('peer')) {
        const received = toApp.shift() ?? (lower.done ? ({ link: 'app', end: 'failed' } as const) : undefined);
        if (received) {
          step.upper({ kind: 'received', received: { ...received, link: 'peer' } });
          continue;
        }
      } else if (effect.kind !== 'receive') {
        step.upper(yield effect);
        continue;
      }
    }
    if (!lower.done) {
      const effect = lower.value;
      if (effect.kind === 'send' && effect.link === 'app') {
        const { bytes, news } = effect;
        toApp.push({ link: 'app', bytes, ...(news ? { news } : {}) });
        step.lower(undefined);
        continue;
      }
      if (effect.kind === 'close' && effect.link === 'app') {
        toApp.push({ link: 'app', end: effect.how });
        step.lower(undefined);
        continue;
      }
      if (effect.kind === 'receive' && effect.links.includes('app')) {
        const received = toTransport.shift();
        if (received) {
          step.lower({ kind: 'received', received });
          continue;
        }
      } else if (effect.kind !== 'receive') {
        step.lower(yield effect);
        continue;
      }
    }
    if (upper.done && lower.done) return { app: upper.value, transport: lower.value };
    // Both wait: for the network, each on its own links.
    const upperLinks =
      upper.done || upper.value.kind !== 'receive' ? [] : upper.value.links.filter((l) => l !== 'peer');
    const lowerLinks = lower.done || lower.value.kind !== 'receive' ? [] : lower.value.links.filter((l) => l !== 'app');
    if (!upperLinks.length && !lowerLinks.length) {
      // The transport waits for an application that has ended.
      if (upper.done && !lower.done) {
        step.lower({ kind: 'received', received: { link: 'app', end: 'closed' } });
        continue;
      }
      throw new Error('application and transport wait for each other');
    }
    const reply = yield { kind: 'receive', links: [...lowerLinks, ...upperLinks] };
    if (reply?.kind === 'received' && upperLinks.includes(reply.received.link)) step.upper(reply);
    else step.lower(reply);
  }
}

/** The peer broke the rules. Thrown inside an endpoint, caught once at its top, data everywhere else. */
export class Refusal extends Error {
  readonly alert: AlertName;
  constructor(alert: AlertName, reason: string) {
    super(reason);
    this.alert = alert;
  }
}

export function refuse(alert: AlertName, reason: string): never {
  throw new Refusal(alert, reason);
}
