// Sessions that can be taken up again (RFC 8446 2.2, 4.2.11, 4.6.1): what a ticket gives a client, how a hello offers it, and
// what a server keeps of it inside the ticket, sealed under a key of its own.
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import * as schedule from './keySchedule.ts';
import { type ClientHello, encodeClientHello } from './messages/clientHello.ts';
import { type Extension, findExtension } from './messages/extensions.ts';
import type { NewSessionTicket } from './messages/newSessionTicket.ts';
import type { Suite } from './suites.ts';
import type { Transcript } from './transcript.ts';

/** What both ends know of a connection that may go on in another one. */
export interface SessionState {
  readonly suite: number;
  /** As long as the suite's hash. */
  readonly psk: Uint8Array;
  readonly ageAdd: number;
  /** Seconds. */
  readonly lifetime: number;
  /** Milliseconds, by the clock of whoever keeps it. */
  readonly since: number;
  /** Most bytes of early data; 0: none. */
  readonly maxEarlyData: number;
  /** What was spoken inside, where that was agreed on. */
  readonly protocol?: string;
}
/** A client's session: the ticket, and what it opens. */
export interface Session extends SessionState {
  readonly host: string;
  readonly ticket: Uint8Array;
}

/** A week: no ticket is good for longer (4.6.1). */
export const longestLifetime = 7 * 24 * 3600;

export function sessionFrom(
  { lifetime, ageAdd, nonce, ticket, extensions }: NewSessionTicket,
  {
    suite,
    resumption,
    ...rest
  }: { suite: Suite; resumption: Uint8Array; host: string; since: number; protocol?: string },
): Session {
  return {
    ...rest,
    suite: suite.id,
    psk: schedule.resumptionPsk(suite, resumption, nonce),
    ageAdd,
    lifetime: Math.min(lifetime, longestLifetime),
    maxEarlyData: findExtension(extensions, 'early_data')?.maxSize ?? 0,
    ticket,
  };
}

/** Seconds since the ticket was given. */
export const ageOf = ({ since }: Pick<SessionState, 'since'>, now: number): number => (now - since) / 1000;

/** The extension that offers a session, its binder still to be computed: zeros as long as it will be. */
export const offerOf = (session: Session, { hashLength }: Suite, now: number): Extension => ({
  name: 'pre_shared_key',
  identities: [{ identity: session.ticket, age: (Math.max(0, now - session.since) + session.ageAdd) % 2 ** 32 }],
  binders: [new Uint8Array(hashLength)],
});

/** The hello with its binder: an HMAC over all messages up to the list of binders itself (4.2.11.2). */
export function bind(hello: ClientHello, session: SessionState, suite: Suite, before: Transcript): ClientHello {
  const binder = binderOf(encodeClientHello(hello, false).bytes, hello, session, suite, before);
  return {
    ...hello,
    extensions: hello.extensions.map((one) => (one.name === 'pre_shared_key' ? { ...one, binders: [binder] } : one)),
  };
}

/** The binder that a hello should have for this session; `before` are the messages before it. */
export function binderOf(
  bytes: Uint8Array,
  hello: ClientHello,
  { psk }: SessionState,
  suite: Suite,
  before: Transcript,
): Uint8Array {
  const { binders = [] } = findExtension(hello.extensions, 'pre_shared_key') ?? {};
  const length = binders.reduce((sum, binder) => sum + 1 + binder.length, 2);
  const messages = before.copy();
  messages.add(bytes.subarray(0, bytes.length - length));
  messages.use(suite);
  return schedule.binder(suite, schedule.earlySecret(suite, psk), messages.hash());
}

/** How a server makes tickets that hold all that it must remember, and opens them. */
export interface TicketSeal {
  readonly seal: (state: SessionState) => Uint8Array;
  /** Nothing where the ticket is not one of its own. */
  readonly open: (ticket: Uint8Array) => SessionState | undefined;
}

/** AES-256-GCM under a key of 32 bytes, the nonce a hash of what is sealed: the same state gives the same ticket. */
export const sealedWith = (key: Uint8Array): TicketSeal => ({
  seal(state) {
    const plain = Buffer.from(JSON.stringify({ ...state, psk: Buffer.from(state.psk).toString('hex') }));
    const nonce = createHmac('sha256', key).update(plain).digest().subarray(0, 12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  },
  open(ticket) {
    if (ticket.length < 12 + 16) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', key, ticket.subarray(0, 12));
    decipher.setAuthTag(ticket.subarray(-16));
    try {
      const plain = Buffer.concat([decipher.update(ticket.subarray(12, -16)), decipher.final()]);
      const state = JSON.parse(plain.toString('utf8')) as SessionState & { psk: string };
      return { ...state, psk: new Uint8Array(Buffer.from(state.psk, 'hex')) };
    } catch {
      return undefined;
    }
  },
});
