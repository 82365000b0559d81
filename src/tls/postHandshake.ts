// Messages after the handshake (RFC 8446 4.6), as they come and as the application asks for them.
import { countIdle } from './connection.ts';
import { inform, type Protocol, refuse, type Wish } from './effects.ts';
import type { After } from './exchange.ts';
import { takeMessage } from './handshakeMessages.ts';
import { receiveKeyUpdate, sendKeyUpdate } from './keyUpdate.ts';
import type { CertificateRequest } from './messages/certificateRequest.ts';
import { handshakeTypeName, handshakeTypes } from './registry.ts';
import type { Transcript } from './transcript.ts';

/** What one side has beside KeyUpdate, which both have. */
export interface Own {
  /** What it does with a message that comes, by the type of the message. */
  readonly takes: Readonly<Record<number, (message: Uint8Array) => Protocol<void>>>;
  readonly requestCertificate?: (wish: WishForCertificate) => Protocol<void>;
  readonly settle?: () => Protocol<void>;
}
/** A request, and the Handshake Context of its answer: the handshake and the request, but no other request (4.4, 4.4.1). */
export interface Question {
  readonly request: CertificateRequest;
  readonly messages: Transcript;
}
export type WishForCertificate = Extract<Wish, { wish: 'clientCertificate' }>;

export const afterHandshake = ({ takes, requestCertificate, settle }: Own): After => ({
  /** Every whole message that has come. */
  *messages(c, points) {
    for (let message = takeMessage(c); message; message = takeMessage(c)) {
      const [type = 0] = message;
      const take = takes[type];
      countIdle(c);
      if (type === handshakeTypes.key_update) yield* receiveKeyUpdate(c, points, message);
      else if (take) yield* take(message);
      else refuse('unexpected_message', `${handshakeTypeName(type)} after the handshake`); // 4.6
    }
  },
  /** Whoever has closed cannot send any more. */
  *grant(c, wish) {
    if (c.closed) return;
    if (wish.wish === 'keyUpdate') yield* sendKeyUpdate(c, wish.requested);
    else if (requestCertificate) yield* requestCertificate(wish);
    else yield* cannotAsk(wish);
  },
  *settle(c) {
    if (settle && !c.closed) yield* settle();
  },
});

/** The application hears of nobody. */
export const cannotAsk = ({ about }: WishForCertificate): Protocol<void> =>
  inform({ news: 'clientCertificate', about, chain: [] });
