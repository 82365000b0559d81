// A TLS 1.3 server whose sealed flight is laid like cards, and what each card says: the engine's own steps, in whatever order.
import * as z from 'zod';
import { receiveFinished, sendCertificate, sendCertificateVerify, sendFinished } from '../tls/authentication.ts';
import { type Connection, connection, writeWith } from '../tls/connection.ts';
import { decide, decisionPoint, type Protocol } from '../tls/effects.ts';
import { wholeConnection } from '../tls/endpoint.ts';
import { flush } from '../tls/handshakeMessages.ts';
import type { Identity } from '../tls/identity.ts';
import type { Keys } from '../tls/secrets.ts';
import { serverPoints, type ServerSetup } from '../tls/server.ts';
import { receiveClientHello } from '../tls/server/clientHello.ts';
import { afterServer } from '../tls/server/afterHandshake.ts';
import { deriveApplicationKeys, deriveHandshakeKeys, readApplicationData } from '../tls/server/keys.ts';
import { sendServerHello } from '../tls/server/serverHello.ts';
import { sendEncryptedExtensions } from '../tls/server/serverParameters.ts';
import { signedContent } from '../tls/signatures.ts';

const messages = ['EncryptedExtensions', 'Certificate', 'CertificateVerify', 'Finished'] as const;
/** `TranscriptHash` is no message: it takes the hash of all so far, which CertificateVerify then signs. */
const cardNames = [...messages, 'TranscriptHash'] as const;
const chainParts = ['leaf', 'intermediate', 'root'] as const;
type ChainPart = (typeof chainParts)[number];

export const flightPoints = {
  sequence: decisionPoint<object>()(
    'server.sequence',
    '8446 4',
    z.strictObject({ cards: z.array(z.enum(cardNames)).max(cardNames.length) }),
    () => ({ cards: [...messages] }),
  ),
  /** What protects the flight. The rule: the key that the client opens with by now. */
  sealFlight: decisionPoint<object>()(
    'server.sealFlight',
    '8446 7.1',
    z.strictObject({ key: z.enum(['server_handshake', 'client_handshake', 'none']) }),
    () => ({ key: 'server_handshake' as const }),
  ),
  /** What goes into Certificate, in this order. The rule: one's own first, then what leads to a root. */
  sendChain: decisionPoint<object>()(
    'server.sendChain',
    '8446 4.4.2',
    z.strictObject({ entries: z.array(z.enum(chainParts)).max(6) }),
    () => ({ entries: ['leaf' as const, 'intermediate' as const] }),
  ),
  /** What CertificateVerify signs. The rule: the whole handshake so far. */
  proveOver: decisionPoint<{ readonly content: Uint8Array }>()(
    'server.proveOver',
    '8446 4.4.3',
    z.strictObject({ over: z.enum(['transcript', 'certificate', 'client-random']) }),
    () => ({ over: 'transcript' as const }),
  ),
};

export interface FlightSetup extends Omit<ServerSetup, 'identify'> {
  readonly own: Identity;
  /** DER. The leaf of `own` is the first. */
  readonly certificates: Readonly<Record<ChainPart, Uint8Array>>;
}

export function* flightServer(setup: FlightSetup): Protocol<void> {
  const c = connection({ ...setup, side: 'server', onRecord: serverPoints.onRecord });
  yield* wholeConnection(c, handshake(c, setup), serverPoints);
}

/** As `handshake` of the engine has it, but for the flight. */
function* handshake(c: Connection, setup: FlightSetup): Protocol<void> {
  const serverSetup: ServerSetup = { ...setup, identify: () => setup.own };
  const answer = yield* sendServerHello(c, serverSetup, yield* receiveClientHello(c));
  const keys = yield* deriveHandshakeKeys(c, answer);
  let taken = new Uint8Array(0);
  const cards: Readonly<Record<(typeof cardNames)[number], () => Protocol<unknown>>> = {
    EncryptedExtensions: () => sendEncryptedExtensions(c, serverSetup, answer),
    Certificate: () => sendChain(c, setup),
    CertificateVerify: () =>
      sendCertificateVerify(c, order.includes('TranscriptHash') ? signingHash(setup, () => taken) : signing(c, setup)),
    Finished: () => sendFinished(c, keys.suite, keys.server),
    // biome-ignore lint/correctness/useYield: it only keeps what it has
    *TranscriptHash() {
      taken = Uint8Array.from(c.transcript.hash());
    },
  };
  const { cards: order } = yield* decide(flightPoints.sequence, {});
  yield* seal(c, keys);
  for (const card of order) yield* cards[card]();
  yield* flush(c);
  const next = yield* deriveApplicationKeys(c, keys);
  yield* receiveFinished(c, serverPoints.onFinished, keys.suite, keys.client);
  yield* readApplicationData(c, keys, next);
  c.after = afterServer(c, serverSetup, answer.hello);
}

function* seal(c: Connection, { suite, client }: Keys): Protocol<void> {
  const { key } = yield* decide(flightPoints.sealFlight, {});
  if (key === 'client_handshake') writeWith(c, 'client handshake', suite, client);
  if (key === 'none') c.writing = undefined;
}

function* sendChain(c: Connection, { certificates }: FlightSetup): Protocol<void> {
  const { entries } = yield* decide(flightPoints.sendChain, {});
  const chain = entries.map((part) => certificates[part]);
  yield* sendCertificate(c, new Uint8Array(0), chain);
}

const signing = (c: Connection, { own, certificates }: FlightSetup): Identity => ({
  ...own,
  *prove(content) {
    const { over } = yield* decide(flightPoints.proveOver, { content });
    const signed = { transcript: content, certificate: certificates.leaf, 'client-random': c.clientRandom }[over];
    return yield* own.prove(signed);
  },
});

/** Signs the hash that was taken; before one was, there is nothing behind the words of 4.4.3. */
const signingHash = ({ own }: FlightSetup, hash: () => Uint8Array): Identity => ({
  ...own,
  prove: () => own.prove(signedContent('server', hash())),
});
