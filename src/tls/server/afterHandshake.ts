// What a server does after the handshake (RFC 8446 4.6.2): it asks who the client is, whenever its application wants to know.
import { receiveFinished } from '../authentication.ts';
import type { Connection } from '../connection.ts';
import { decide, inform, type Protocol, refuse } from '../effects.ts';
import type { After } from '../exchange.ts';
import { flush, sendHandshake, tellMessage } from '../handshakeMessages.ts';
import { decodeCertificate } from '../messages/certificate.ts';
import { encodeCertificateRequest } from '../messages/certificateRequest.ts';
import type { ClientHello } from '../messages/clientHello.ts';
import { findExtension } from '../messages/extensions.ts';
import { afterHandshake, cannotAsk, type Question, type WishForCertificate } from '../postHandshake.ts';
import { handshakeTypes } from '../registry.ts';
import { certificateRequest, judgeClient } from './clientCertificate.ts';
import { serverPoints } from './points.ts';
import type { ServerSetup } from './setup.ts';

/** The transcript ends with the client's Finished, and stays as it is. */
export function afterServer(c: Connection, setup: ServerSetup, hello: ClientHello): After {
  const asking: Asking = {
    offered: findExtension(hello.extensions, 'post_handshake_auth') !== undefined,
    count: 0,
    inFlight: [],
  };
  return afterHandshake({
    takes: { [handshakeTypes.certificate]: (message) => receiveAnswer(c, setup, asking, message) },
    requestCertificate: (wish) => request(c, setup, asking, wish),
  });
}

interface Asking {
  /** Whether the client sent post_handshake_auth. */
  readonly offered: boolean;
  /** Requests so far. */
  count: number;
  /** Those that have no answer yet: it may take its time, and overtake others. */
  readonly inFlight: Asked[];
}
interface Asked extends Question {
  readonly about: string;
}

function* request(c: Connection, setup: ServerSetup, asking: Asking, wish: WishForCertificate): Protocol<void> {
  const { offered, inFlight } = asking;
  const answer = yield* decide(serverPoints.requestLater, { offered, inFlight: inFlight.length });
  if (!answer.request) return yield* cannotAsk(wish);
  const message = certificateRequest(setup, contextOf(answer.context, setup, asking.count++));
  const messages = c.transcript.copy();
  yield* sendHandshake(c, encodeCertificateRequest(message, c.recording), messages);
  yield* flush(c);
  inFlight.push({ about: wish.about, request: message, messages });
}

/** Whoever foresees it can have proofs made beforehand, by a key that it holds for a moment only (4.3.2). */
function contextOf(how: 'random' | 'count' | 'same', { entropy }: ServerSetup, count: number): Uint8Array {
  if (how === 'random') return entropy(`certificate request ${count}`, 32);
  return Uint8Array.of(how === 'count' ? count : 0);
}

/** Certificate, CertificateVerify and Finished with nothing in between (4.6.2); the MAC is under the key now in force (4.4). */
function* receiveAnswer(c: Connection, setup: ServerSetup, asking: Asking, message: Uint8Array): Protocol<void> {
  const { inFlight } = asking;
  if (!inFlight.length || !c.reading) return refuse('unexpected_message', 'a certificate that nobody asked for'); // 4.4.2
  const certificate = decodeCertificate(message, c.recording);
  yield* tellMessage(c, 'received', { name: 'Certificate', bytes: message, fields: certificate.fields });
  const place = inFlight.findIndex(({ request: { context } }) => Buffer.from(context).equals(certificate.context));
  const [question] = place < 0 ? [] : inFlight.splice(place, 1);
  if (!question)
    return refuse('illegal_parameter', 'certificate_request_context is not that of a request without an answer'); // 4.4.2
  const { messages } = question;
  messages.add(message);
  const chain = yield* judgeClient(c, setup, question.request, certificate, messages);
  yield* receiveFinished(c, serverPoints.onFinished, c.reading.suite, c.reading.secret, messages);
  yield* inform({ news: 'clientCertificate', about: question.about, chain });
}
