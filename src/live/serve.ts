// A real HTTPS server of the engine's: one connection after the other, each played out by the same coroutine as in a level.
import type { KeyObject } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { close, type Protocol, type Question, receive, send, stack } from '../tls/effects.ts';
import type { Outcome } from '../tls/endpoint.ts';
import { groupsOfBrowsers } from '../tls/groups.ts';
import { identity } from '../tls/identity.ts';
import { versions } from '../tls/registry.ts';
import { identity12 } from '../tls/v12/identity12.ts';
import { server12 } from '../tls/v12/server.ts';
import { type Failure, failure } from './dial.ts';
import { drive, eventLog, type Hangup, type Limits, type LiveEvent, type Log, usualLimits } from './drive.ts';
import { freshEntropy } from './entropy.ts';
import { type Request, readRequest, response } from './http.ts';
import { listening } from './listening.ts';
import { page, refusalPage } from './page.ts';

export interface ServeSetup {
  readonly host: string;
  /** 0 takes one that is free. */
  readonly port: number;
  /** Its certificate (DER, leaf first) and the key to it. */
  readonly chain: readonly Uint8Array[];
  readonly key: KeyObject;
  /** Answers the server's decisions; the rules do where it is left out. `rule` is the answer of a correct server. */
  readonly ask?: (question: Question, rule: unknown) => unknown;
  readonly onEvent?: (event: LiveEvent) => void;
  readonly onGuest?: (address: string) => void;
  readonly onServed?: (served: Served) => void;
  /** Ends after one connection. */
  readonly once?: boolean;
  readonly limits?: Limits;
}
export type Served = { readonly ok: true; readonly request: string; readonly status: string } | Failure;

export interface Serving {
  readonly ok: true;
  readonly port: number;
  /** What came of the last connection, once no more are served: after one, or after `stop`. */
  readonly ended: Promise<Served | undefined>;
  readonly stop: () => void;
}

/** A guest may be slow, but not for long: others wait. */
export const guestLimits: Limits = { ...usualLimits, silence: 10_000, waiting: 20_000, bytes: 2 ** 20 };
/** More are turned away while one is served. */
const mostWaiting = 16;

/** Listens; gives what is there then, or one sentence on why it cannot. */
export async function serve(setup: ServeSetup): Promise<Serving | Failure> {
  const waiting: Socket[] = [];
  let wake = () => {};
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    // Whoever leaves while waiting is noticed when its turn comes.
    socket.on('error', () => {});
    if (waiting.length >= mostWaiting) socket.destroy();
    else waiting.push(socket);
    wake();
  });
  const problem = await listening(listener, setup);
  if (problem) return problem;
  const address = listener.address();
  let stopped = false;
  const stop = () => {
    stopped = true;
    listener.close();
    wake();
  };
  const ended = (async () => {
    let last: Served | undefined;
    while (!stopped) {
      const socket = waiting.shift();
      if (!socket) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      setup.onGuest?.(socket.remoteAddress ?? 'somebody who has left');
      last = await serveOne(socket, setup);
      setup.onServed?.(last);
      if (setup.once) stop();
    }
    for (const socket of waiting) socket.destroy();
    return last;
  })();
  return { ok: true, port: typeof address === 'object' && address ? address.port : setup.port, ended, stop };
}

/** One connection, from the first byte to the last. */
async function serveOne(socket: Socket, setup: ServeSetup): Promise<Served> {
  const { chain, key, ask = (_question, rule) => rule, onEvent, limits = guestLimits } = setup;
  const log = eventLog(onEvent);
  const usual = { entropy: freshEntropy(), protocols: ['http/1.1'], coalescing: true };
  const [own, own12] = [identity(chain, key), identity12(chain, key)];
  const protocol = stack(
    site(log, (version) => (version === versions['TLS 1.2'] ? own12 : own).scheme),
    server12({
      ...usual,
      identify: () => own12,
      tls13: { ...usual, identify: () => own, groups: groupsOfBrowsers },
    }),
  );
  const answer = (question: Question) => ask(question, question.reference());
  const { result, hangup } = await drive(socket, protocol, { answer, log, limits });
  const { app, transport } = result;
  return app ?? failure(explainGuest(transport, hangup, log));
}

/** By version: how the server proved itself. */
type SchemeOf = (version: number) => number;

/** Answers one request, and hears the guest out. Nothing where none came. */
function* site(log: Log, schemeOf: SchemeOf): Protocol<Extract<Served, { readonly ok: true }> | undefined> {
  const asked = yield* readRequest();
  const served = asked && answerTo(asked, log, schemeOf);
  if (served) yield* send(served.bytes);
  yield* close();
  while (!('end' in (yield* receive())));
  return served && { ok: true, request: served.request, status: served.status };
}

function answerTo(asked: Request | { readonly status: string }, { events }: Log, schemeOf: SchemeOf) {
  if ('status' in asked)
    return { request: 'a request', status: asked.status, bytes: response(asked.status, refusalPage(asked.status)) };
  const request = `${asked.method} ${asked.target}`;
  return { request, status: '200 OK', bytes: response('200 OK', page(events, request, schemeOf), asked.method) };
}

function explainGuest(outcome: Outcome<void>, hangup: Hangup | undefined, { events }: Log): string {
  const first = events.find((event) => event.what === 'wire' && event.direction === 'received');
  const words = first?.what === 'wire' ? Buffer.from(first.bytes.subarray(0, 16)).toString('latin1') : '';
  if (hangup?.how === 'foreign')
    return /^[A-Z]{3,8} /.test(words)
      ? 'The guest spoke plain HTTP. The address must begin with https://'
      : 'The guest spoke no TLS.';
  if (!outcome.ok && outcome.fault === 'refused')
    return `The guest was refused with ${outcome.alert}: ${outcome.reason}.`;
  if (!outcome.ok && outcome.alert)
    return /unknown_ca|certificate|access_denied/.test(outcome.alert)
      ? `The guest does not accept the certificate (${outcome.alert}): it was not told to trust the local CA, or it asked for another name.`
      : `The guest ended the connection with the alert ${outcome.alert}.`;
  if (!first) return 'The guest connected and said nothing. Browsers open such connections in advance.';
  if (hangup?.how === 'silent' || hangup?.how === 'slow')
    return 'The guest took too long, and was let go: others may wait.';
  if (hangup?.how === 'flooding') return 'The guest sent without end, and was let go.';
  if (hangup?.how === 'broken') return `The connection to the guest broke (${hangup.code}).`;
  return outcome.ok
    ? 'The guest asked for nothing. Browsers open such connections in advance.'
    : `The guest left: ${outcome.reason}.`;
}
