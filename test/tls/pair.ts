// A client and a server of the engine who exchange something, as most tests of both ends need them.
import { authority } from '../../src/pki/authority.ts';
import { judge } from '../../src/pki/judge.ts';
import type { Event } from '../../src/scenarios/network.ts';
import { type ClientSetup, client } from '../../src/tls/client.ts';
import { close, type Protocol, receive, send, stack } from '../../src/tls/effects.ts';
import { entropy } from '../../src/tls/entropy.ts';
import { identity, type ServerSetup, server } from '../../src/tls/server.ts';
import { connect, findAll } from './world.ts';

const today = new Date('2026-05-04T09:00:00Z');
export const pki = authority(entropy('pair'), today);
export const issued = pki.issueFor('shop.example');
export const question = 'What is in the parcel?';
/** More than one record holds. */
export const reply = 'A star map. '.repeat(2000);

export const clientSetup = (more: Partial<ClientSetup> = {}): ClientSetup => ({
  host: 'shop.example',
  entropy: entropy('pair client'),
  judge: (chain, host) => judge(chain, { host, anchors: [pki.root], now: today }),
  ...more,
});
export const serverSetup = (more: Partial<ServerSetup> = {}): ServerSetup => ({
  entropy: entropy('pair server'),
  identify: () => identity(issued.chain, issued.key),
  ...more,
});

export function* asking(): Protocol<void> {
  yield* send(Buffer.from(question));
  yield* close();
  while (!('end' in (yield* receive())));
}
export function* answering(): Protocol<void> {
  for (;;) {
    const received = yield* receive();
    if ('end' in received) break;
    yield* send(Buffer.from(reply));
  }
  yield* close();
}

export interface PairSetup {
  readonly client?: Partial<ClientSetup>;
  readonly server?: Partial<ServerSetup>;
  /** By the name of a point; otherwise the reference rule. */
  readonly answers?: Readonly<Record<string, unknown>>;
  /** What runs on top of each; a question and an answer where left out. */
  readonly asking?: () => Protocol<void>;
  readonly answering?: () => Protocol<void>;
}
export const exchangeOf = ({ client: c, server: s, answers, ...on }: PairSetup = {}): readonly Event[] =>
  connect(
    stack((on.asking ?? asking)(), client(clientSetup(c))),
    stack((on.answering ?? answering)(), server(serverSetup(s))),
    answers,
  );

/** The data that an end received, joined, as text: two long buffers are slow to compare. */
export const dataTo = (events: readonly Event[], by: string): string =>
  Buffer.concat(
    findAll(events, by, 'data').flatMap(({ direction, bytes }) => (direction === 'received' ? [bytes] : [])),
  ).toString('latin1');
/** The alerts that an end sent, in order. */
export const alertsFrom = (events: readonly Event[], by: string): readonly string[] =>
  findAll(events, by, 'alert').flatMap(({ direction, alert }) => (direction === 'sent' ? [alert] : []));
