// Mallory on the line between Alice and Bob: she passes all on, edits a hello, answers in Bob's place, or ends what is not hers.
import { sign } from 'node:crypto';
import type { Issued } from '../pki/authority.ts';
import { close, over, type Protocol, send, stack, tell } from '../tls/effects.ts';
import { type Entropy, named } from '../tls/entropy.ts';
import { privateKeyFromSeed } from '../tls/groups.ts';
import { decodeServerHello, isRetry } from '../tls/messages/serverHello.ts';
import { contentTypes, handshakeTypes, signatureSchemes, suiteName } from '../tls/registry.ts';
import { identity, server } from '../tls/server.ts';
import { passOn } from './actors.ts';
import { edited, serverHelloRecord } from './fallbackMallory.ts';
import { type HttpMessage, parseHttp, site } from './http.ts';
import { helloOf } from './openRecording.ts';
import { thanks } from './orders.ts';
import { helloIn } from './overhear.ts';
import { certificates } from './people.ts';
import { typedCloseNotify } from './priceFeed.ts';

/** Her links: to Alice and to Bob. */
export interface Legs {
  readonly alice: string;
  readonly bob: string;
}

export const passing = ({ alice, bob }: Legs): Protocol<void> =>
  // biome-ignore lint/correctness/useYield: it only passes on
  passOn(alice, bob, function* (_from, bytes) {
    return bytes;
  });

/** Alice's hello goes on without its list of versions, so that Bob can only take it for one of TLS 1.2. */
export const cuttingVersions = ({ alice, bob }: Legs): Protocol<void> =>
  passOn(alice, bob, function* (from, bytes) {
    const hello = from === alice ? helloIn(bytes) : undefined;
    if (!hello) return bytes;
    yield* tell({ what: 'note', text: 'I cut supported_versions out of Alice’s hello.' });
    return edited(bytes, hello, 'cut');
  });

/** Bob's ServerHello goes on with another suite. */
export const overwritingSuite = ({ alice, bob }: Legs, suite: number): Protocol<void> =>
  passOn(alice, bob, function* (from, bytes) {
    if (from !== bob || !helloOf([bytes], handshakeTypes.server_hello)) return bytes;
    const hello = decodeServerHello(bytes.subarray(5), false);
    if (isRetry(hello)) return bytes;
    yield* tell({ what: 'note', text: `Bob chose ${suiteName(hello.suite)}. I wrote ${suiteName(suite)} over it.` });
    return serverHelloRecord({ ...hello, suite });
  });

/**
 * She answers in Bob's place. `other-key`: with his chain, and a signature of her own; `left-out`: with his chain and no
 * signature; `no-link`: with a leaf of her own making that names his issuer, and nothing above it.
 */
export function* impersonating(
  { alice, bob }: Legs,
  how: 'other-key' | 'left-out' | 'no-link',
  { host, copied, draw }: { readonly host: string; readonly copied: Issued; readonly draw: Entropy },
): Protocol<void> {
  yield* close(bob);
  const own = certificates(named(draw, 'mallory')).issueFor(host);
  const chosen =
    how === 'no-link'
      ? identity(own.chain.slice(0, 1), own.key)
      : {
          chain: copied.chain,
          scheme: signatureSchemes.ed25519,
          // biome-ignore lint/correctness/useYield: it asks nobody
          *prove(content: Uint8Array) {
            return how === 'left-out' ? undefined : sign(null, content, malloryKey(draw));
          },
        };
  const tls = server({ entropy: named(draw, 'mallory as server'), identify: () => chosen });
  yield* over(alice, stack(site(steal), tls));
}
const malloryKey = (draw: Entropy) => privateKeyFromSeed('Ed25519', draw('mallory signing key'));

function* steal(request: Uint8Array): Protocol<HttpMessage> {
  const { body } = parseHttp(request);
  yield* tell({ what: 'note', text: `Alice sent me: ${body}`, holds: Buffer.from(body, 'latin1') });
  return thanks;
}

/** Behind Finished and the first record of orders she cuts the line; `typing`: and types a close_notify before. */
export const cutting = ({ alice, bob }: Legs, typing: boolean): Protocol<void> => {
  let sealed = 0;
  return passOn(alice, bob, function* (from, bytes) {
    if (from !== alice || bytes[0] !== contentTypes.application_data || ++sealed <= 2) return bytes;
    if (typing) {
      yield* tell({ what: 'note', text: 'I typed 15 03 03 00 02 01 00: a close_notify in the clear. Then I cut.' });
      yield* send(typedCloseNotify, bob);
    } else yield* tell({ what: 'note', text: 'In the middle of Alice’s orders I cut the cable, on both sides.' });
    return 'cut';
  });
};
