// The transcript (RFC 8446 4.4.1): all handshake messages in order, hashed once the suite has named the hash.
import { createHash, type Hash } from 'node:crypto';
import { handshakeTypes } from './registry.ts';
import type { Suite } from './suites.ts';

export interface Transcript {
  readonly add: (message: Uint8Array) => void;
  /** From here on the hash is that of the suite. May be said again with the same one. */
  readonly use: (suite: Pick<Suite, 'hash'>) => void;
  /** Transcript-Hash of all messages so far. Needs `use` first. */
  readonly hash: () => Uint8Array;
  /** The same messages, to go on from another way. */
  readonly copy: () => Transcript;
  /** On a HelloRetryRequest: the first ClientHello is replaced by a message_hash of it. */
  readonly retry: (suite: Suite) => void;
}

export const transcript = (): Transcript => from([], undefined);

function from(messages: readonly Uint8Array[], hash: Hash | undefined): Transcript {
  let waiting = [...messages];
  let digest = hash;
  const use = (suite: Pick<Suite, 'hash'>) => {
    digest ??= createHash(suite.hash);
    for (const message of waiting) digest.update(message);
    waiting = [];
  };
  return {
    add(message) {
      if (digest) digest.update(message);
      else waiting.push(message);
    },
    use,
    hash() {
      if (!digest) throw new Error('the transcript has no hash yet');
      return digest.copy().digest();
    },
    copy: () => from(waiting, digest?.copy()),
    retry(suite) {
      const [firstHello = new Uint8Array(0), ...later] = waiting;
      const digest = createHash(suite.hash).update(firstHello).digest();
      waiting = [Buffer.concat([Buffer.of(handshakeTypes.message_hash, 0, 0, suite.hashLength), digest]), ...later];
      use(suite);
    },
  };
}
