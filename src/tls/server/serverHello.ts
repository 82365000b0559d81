// The server’s first word (RFC 8446 4.1.3): what it chose, or a HelloRetryRequest (4.1.4).
import { Gone, readAlert } from '../alertProtocol.ts';
import type { Connection } from '../connection.ts';
import { decide, type Protocol, refuse } from '../effects.ts';
import { answerTo, supportedGroups } from '../groups.ts';
import { flush, sendHandshake } from '../handshakeMessages.ts';
import type { ClientHello } from '../messages/clientHello.ts';
import { type Extension, findExtension, type KeyShareEntry } from '../messages/extensions.ts';
import { encodeServerHello, helloRetryRandom, withMarker } from '../messages/serverHello.ts';
import { contentLimit } from '../record.ts';
import { receiveContent, sendChangeCipherSpec } from '../records.ts';
import { contentTypes, groupName, pskModes } from '../registry.ts';
import { type Suite, suiteOf, supportedSuites } from '../suites.ts';
import { type Offer, receiveSecondClientHello, sharesOf } from './clientHello.ts';
import { acceptEarlyData, type Early } from './earlyData.ts';
import { serverPoints } from './points.ts';
import { type Resumed, takeUp } from './resumption.ts';
import type { ServerSetup } from './setup.ts';

export interface Answered {
  readonly hello: ClientHello;
  readonly suite: Suite;
  readonly session: Resumed | undefined;
  /** How early data is read, where it is taken. */
  readonly early: Early | undefined;
  readonly exchanged: { readonly group: number; readonly secret: Uint8Array };
}

export function* sendServerHello(c: Connection, setup: ServerSetup, offer: Offer): Protocol<Answered> {
  const version = yield* decide(serverPoints.selectVersion, {
    offered: findExtension(offer.extensions, 'supported_versions')?.versions ?? [],
  });
  const { suite: chosen } = yield* decide(serverPoints.selectSuite, {
    offered: offer.suites,
    supported: setup.suites ?? supportedSuites,
  });
  if (chosen === null) return refuse('handshake_failure', 'no cipher suite in common'); // 4.1.1
  // Whoever chose a suite that TLS 1.3 has not goes on with a hash all the same; the client will say what it thinks.
  const suite = suiteOf(chosen) ?? (suiteOf(supportedSuites[0] ?? 0) as Suite);
  const say = (retry: boolean, extensions: readonly Extension[]) =>
    encodeServerHello(
      {
        legacyVersion: version.legacyVersion,
        random: retry
          ? helloRetryRandom
          : version.extension === null
            ? withMarker(setup.entropy('random'))
            : setup.entropy('random'),
        sessionId: offer.sessionId,
        suite: chosen,
        compressionMethod: 0,
        extensions: [
          ...extensions,
          ...(version.extension === null
            ? []
            : [{ name: 'supported_versions', versions: [version.extension] } as const]),
        ],
      },
      c.recording,
    );
  let hello = offer;
  let session = yield* takeUp(setup, hello, suite);
  let share = session?.mode === pskModes.psk_ke ? undefined : yield* selectShare(setup, hello);
  if (share && 'retry' in share) {
    yield* sendRetry(c, setup, suite, say, share.retry);
    if (findExtension(offer.extensions, 'early_data')) c.skipping = setup.tickets?.maxEarlyData || contentLimit;
    hello = yield* receiveSecondClientHello(c, setup, offer, share.retry);
    session = yield* takeUp(setup, hello, suite);
    share = { group: share.retry, source: 'fresh' };
  }
  const early = yield* acceptEarlyData(c, setup, hello, suite, session);
  const exchanged = exchangeKeys(setup, hello, suite, share);
  yield* sendHandshake(
    c,
    say(false, [
      ...(session ? [{ name: 'pre_shared_key_selected', index: session.index } as const] : []),
      ...(exchanged.entry ? [{ name: 'key_share', shares: [exchanged.entry] } as const] : []),
    ]),
  );
  yield* flush(c);
  c.transcript.use(suite);
  if (offer.sessionId.length && hello === offer) yield* sendChangeCipherSpec(c); // D.4
  // A group of which no share came gives no secret: nothing can be sealed, so all that is left is to hear what the client says.
  const secret = exchanged.secret ?? (yield* hearOut(c));
  return { hello, suite, session, early, exchanged: { group: exchanged.group, secret } };
}

interface Exchanged {
  readonly group: number;
  readonly secret: Uint8Array | undefined;
  readonly entry?: KeyShareEntry;
}

/** Without a share there is no key exchange (psk_ke): a string of zeros takes its place (7.1). */
function exchangeKeys(
  setup: ServerSetup,
  hello: ClientHello,
  suite: Suite,
  share: { readonly group: number; readonly source: 'fresh' | 'echo' } | undefined,
): Exchanged {
  if (!share) return { group: 0, secret: new Uint8Array(suite.hashLength) };
  const theirs = sharesOf(hello).find(({ group }) => group === share.group);
  const answer = answerTo(theirs?.share, share.group, setup.entropy);
  if (!answer) return refuse('handshake_failure', `no key exchange with ${groupName(share.group)}`);
  const entry = share.source === 'echo' && theirs ? theirs : { group: share.group, share: answer.share };
  return { group: share.group, secret: answer.secret, entry };
}

function* selectShare(
  setup: ServerSetup,
  hello: ClientHello,
): Protocol<{ group: number; source: 'fresh' | 'echo' } | { retry: number }> {
  const share = yield* decide(serverPoints.selectShare, {
    supported: setup.groups ?? supportedGroups,
    offered: findExtension(hello.extensions, 'supported_groups')?.groups ?? [],
    shares: sharesOf(hello).map(({ group }) => group),
  });
  return share ?? refuse('handshake_failure', 'no group in common'); // 4.1.1
}

/** HelloRetryRequest, 4.1.4. */
function* sendRetry(
  c: Connection,
  setup: ServerSetup,
  suite: Suite,
  say: (retry: boolean, extensions: readonly Extension[]) => ReturnType<typeof encodeServerHello>,
  group: number,
): Protocol<void> {
  const extensions: Extension[] = [
    { name: 'key_share_request', group },
    ...(setup.cookie ? [{ name: 'cookie', cookie: setup.cookie } as const] : []),
  ];
  c.transcript.retry(suite);
  yield* sendHandshake(c, say(true, setup.arrange?.('HelloRetryRequest', extensions) ?? extensions));
  yield* flush(c);
}

function* hearOut(c: Connection): Protocol<never> {
  for (;;) {
    const incoming = yield* receiveContent(c);
    if (incoming.kind === 'content' && incoming.type === contentTypes.alert) {
      const alert = yield* readAlert(incoming.content);
      throw new Gone(`the client ended the handshake with ${alert}`, alert);
    }
    throw new Gone('the client closed the connection');
  }
}
