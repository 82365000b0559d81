// What comes to a client after the handshake (RFC 8446 4.6): tickets, and questions who it is.
import { checkPlaces, sendFinished } from '../authentication.ts';
import type { Connection } from '../connection.ts';
import { decide, type Protocol, refuse, tell } from '../effects.ts';
import type { After } from '../exchange.ts';
import { flush, tellMessage } from '../handshakeMessages.ts';
import { resumptionSecret } from '../keySchedule.ts';
import { type CertificateRequest, decodeCertificateRequest } from '../messages/certificateRequest.ts';
import { findExtension } from '../messages/extensions.ts';
import { decodeNewSessionTicket, type NewSessionTicket } from '../messages/newSessionTicket.ts';
import { afterHandshake, type Question } from '../postHandshake.ts';
import { extensionTypes, handshakeTypes } from '../registry.ts';
import type { ApplicationSecrets, Keys } from '../secrets.ts';
import { sessionFrom } from '../sessions.ts';
import { authenticate } from './certificates.ts';
import type { Offer } from './clientHello.ts';
import { clientPoints } from './points.ts';
import { checkRequest } from './serverParameters.ts';
import { type ClientSetup, nowOf } from './setup.ts';

/** What the handshake leaves behind. */
interface Past {
  readonly offer: Offer;
  readonly keys: Keys;
  readonly secrets: ApplicationSecrets;
  readonly protocol: string | undefined;
  /** The question that the server asked in the handshake. */
  readonly request: CertificateRequest | undefined;
}

/** The transcript ends with the client's Finished, and stays as it is. */
export function afterClient(c: Connection, setup: ClientSetup, past: Past): After {
  const keep = keeper(c, setup, past);
  const asked: Asked = {
    offered: findExtension(past.offer.hello.extensions, 'post_handshake_auth') !== undefined,
    contexts: new Set(past.request ? [nameOf(past.request.context)] : []),
    waiting: [],
  };
  return afterHandshake({
    takes: {
      [handshakeTypes.new_session_ticket]: (message) => receiveTicket(c, message, keep),
      [handshakeTypes.certificate_request]: (message) => receiveRequest(c, setup, asked, message),
    },
    *settle() {
      for (let one = asked.waiting.shift(); one; one = asked.waiting.shift()) yield* answer(c, setup, one);
    },
  });
}

/** What to do with a ticket; nothing where none is wanted. */
function keeper(
  c: Connection,
  setup: ClientSetup,
  { keys: { suite }, secrets: { master }, protocol }: Past,
): ((ticket: NewSessionTicket) => void) | undefined {
  const { keepSession, host } = setup;
  if (!keepSession) return undefined;
  const resumption = resumptionSecret(suite, master, c.transcript.hash());
  const shared = { suite, resumption, host, ...(protocol === undefined ? {} : { protocol }) };
  return (ticket) => keepSession(sessionFrom(ticket, { ...shared, since: nowOf(setup) }));
}

/** 4.6.1: kept where it is wanted and not over at once. */
function* receiveTicket(c: Connection, message: Uint8Array, keep: ReturnType<typeof keeper>): Protocol<void> {
  const ticket = decodeNewSessionTicket(message, c.recording);
  yield* tellMessage(c, 'received', { name: 'NewSessionTicket', bytes: message, fields: ticket.fields });
  checkPlaces(ticket.extensions, [extensionTypes.early_data]);
  if (ticket.lifetime > 0) keep?.(ticket);
}

/** Questions who the client is. */
interface Asked {
  /** Whether post_handshake_auth was sent. */
  readonly offered: boolean;
  /** Of all requests so far. */
  readonly contexts: Set<string>;
  /** Those that are to be answered later, in the order in which they came. */
  readonly waiting: Question[];
}
const nameOf = (context: Uint8Array): string => Buffer.from(context).toString('hex');

/** 4.6.2: refused where it was not offered. A context that came before would let an old proof serve again (4.3.2). */
function* receiveRequest(c: Connection, setup: ClientSetup, asked: Asked, message: Uint8Array): Protocol<void> {
  const { offered, contexts } = asked;
  const context = nameOf(message.subarray(5, 5 + (message[4] ?? 0)));
  const fresh = !contexts.has(context);
  const { require, answer: when } = yield* decide(clientPoints.onCertificateRequest, { offered, fresh });
  const required = (name: 'offer' | 'fresh') => require === 'all' || require.includes(name);
  yield* tell({ what: 'check', name: 'post_handshake_auth', holds: offered, required: required('offer') });
  if (!offered && required('offer'))
    refuse('unexpected_message', 'the server asks for a certificate after the handshake, which was not offered');
  const request = decodeCertificateRequest(message, c.recording);
  yield* tellMessage(c, 'received', { name: 'CertificateRequest', bytes: message, fields: request.fields });
  checkRequest(request);
  yield* tell({ what: 'check', name: 'request context', holds: fresh, required: required('fresh') });
  if (!fresh && required('fresh'))
    refuse('illegal_parameter', 'certificate_request_context is that of an earlier request');
  contexts.add(context);
  const messages = c.transcript.copy();
  messages.add(message);
  if (when === 'now') yield* answer(c, setup, { request, messages });
  else asked.waiting.push({ request, messages });
}

/** Certificate, CertificateVerify and Finished with nothing in between, the MAC under the key now in force (4.4, 4.6.2). */
function* answer(c: Connection, setup: ClientSetup, { request, messages }: Question): Protocol<void> {
  if (c.closed || !c.writing) return;
  yield* authenticate(c, setup, request, messages);
  yield* sendFinished(c, c.writing.suite, c.writing.secret, messages);
  yield* flush(c);
}
