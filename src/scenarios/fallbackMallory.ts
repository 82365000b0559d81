// Mallory is on the line between two who both speak TLS 1.3, and wants them to speak less. Next year Bob's old disk is hers.
import * as z from 'zod';
import { close, decide, decisionPoint, type Protocol, receive, send, tell } from '../tls/effects.ts';
import { type ClientHello, encodeClientHello } from '../tls/messages/clientHello.ts';
import { findExtension } from '../tls/messages/extensions.ts';
import { carriesMarker, decodeServerHello, encodeServerHello } from '../tls/messages/serverHello.ts';
import { plainRecord } from '../tls/record.ts';
import { contentTypes, handshakeTypes, suites, versions } from '../tls/registry.ts';
import type { Entropy } from '../tls/entropy.ts';
import { passOn } from './actors.ts';
import { keysOn } from './disk.ts';
import { helloOf, hellosIn, lockedIn, premasterIn, readWithRandoms } from './openRecording.ts';
import { helloIn } from './overhear.ts';

export const downgradePoints = {
  /** A hello passes that offers TLS 1.3. The rule: swallow it, and wait for one that offers less. */
  onClientHello: decisionPoint<{ readonly hello: ClientHello }>()(
    'mallory.onClientHello',
    '8446 D.1',
    z.strictObject({
      how: z.enum(['swallow', 'legacy', 'cut', 'forge']),
      /** And overwrite the marker, without being asked once more. */
      blank: z.boolean().default(false),
    }),
    () => ({ how: 'swallow' as const, blank: false }),
  ),
  /** Bob answers with TLS 1.2, and his random says that he speaks more. The rule: change nothing that both ends hash. */
  onServerHello: decisionPoint<{ readonly marker: boolean }>()(
    'mallory.onServerHello',
    '8446 4.1.3',
    z.strictObject({ forward: z.enum(['same', 'blank', 'cut']) }),
    () => ({ forward: 'same' as const }),
  ),
};
type How = 'swallow' | 'legacy' | 'cut' | 'forge';

/** Her links: `alice 1` and `bob 1` for the first connection, and so on; `disk` at the end. */
export function* meddle(connections: number, draw: Entropy): Protocol<void> {
  const kept: Uint8Array[] = [];
  let chosen: { readonly how: How; readonly blank: boolean } | undefined;
  let swallowed = 0;
  for (let number = 1; number <= connections; number++) {
    const [alice, bob] = [`alice ${number}`, `bob ${number}`] as const;
    const first = yield* receive(alice);
    if ('end' in first) {
      for (const link of [alice, bob]) yield* close(link);
      continue;
    }
    const hello = helloIn(first.bytes);
    if (!hello) {
      yield* send(first.bytes, bob);
      // biome-ignore lint/correctness/useYield: it only passes on
      yield* passOn(alice, bob, function* (_from, bytes) {
        return bytes;
      });
      continue;
    }
    chosen ??= yield* decide(downgradePoints.onClientHello, { hello });
    if (chosen.how === 'swallow' && offers13(hello)) {
      swallowed++;
      yield* tell({ what: 'note', text: `Hello number ${number} offers TLS 1.3. I swallow it and cut the line.` });
      for (const link of [alice, bob]) yield* close(link);
      continue;
    }
    if (swallowed) yield* tell({ what: 'note', text: `Hello number ${number} offers TLS 1.2 and no more.` });
    yield* send(edited(first.bytes, hello, chosen.how), bob);
    kept.push(first.bytes, ...(yield* carry(alice, bob, chosen, draw)));
  }
  if (swallowed && !kept.length) yield* tell({ what: 'stalled', missing: 'retry' });
  yield* nextYear(kept);
}

const offers13 = ({ extensions }: ClientHello): boolean =>
  findExtension(extensions, 'supported_versions')?.versions.includes(versions['TLS 1.3']) ?? false;

/** The record of a hello as it goes on to Bob. `cut`: without its list of versions. */
export function edited(record: Uint8Array, hello: ClientHello, how: How): Uint8Array {
  switch (how) {
    case 'legacy':
      return helloRecord({ ...hello, legacyVersion: 0x0302 });
    case 'cut':
      return helloRecord({
        ...hello,
        extensions: hello.extensions.filter(({ name }) => name !== 'supported_versions'),
      });
    case 'swallow':
    case 'forge':
      return record;
  }
}
const helloRecord = (hello: ClientHello): Uint8Array =>
  plainRecord(contentTypes.handshake, 0x0301, encodeClientHello(hello, false).bytes, false).bytes;

/** Passes on what follows, and gives it. */
function* carry(
  alice: string,
  bob: string,
  { how, blank }: { readonly how: How; readonly blank: boolean },
  draw: Entropy,
): Protocol<Uint8Array[]> {
  const passed: Uint8Array[] = [];
  let answered = false;
  yield* passOn(alice, bob, function* (from, bytes) {
    let out = bytes;
    if (!answered && from === bob && helloOf([bytes], handshakeTypes.server_hello)) {
      answered = true;
      const changed = how === 'forge' ? forgedHello(draw) : yield* answer(bytes, blank);
      if (!changed) return 'cut';
      out = changed;
    }
    passed.push(out);
    return out;
  });
  return passed;
}

/** Bob's ServerHello as it goes on to Alice; nothing where the line is cut there. */
function* answer(record: Uint8Array, blank: boolean): Protocol<Uint8Array | undefined> {
  const hello = decodeServerHello(record.subarray(5), false);
  if (findExtension(hello.extensions, 'supported_versions')) {
    yield* tell({ what: 'note', text: 'Bob answers with TLS 1.3 all the same.' });
    return record;
  }
  const marker = carriesMarker(hello);
  const { forward } = blank ? { forward: 'blank' as const } : yield* decide(downgradePoints.onServerHello, { marker });
  switch (forward) {
    case 'same':
      return record;
    case 'cut':
      yield* tell({ what: 'note', text: 'I cut the line. Nothing was sent that I could keep.' });
      return undefined;
    case 'blank': {
      yield* tell({ what: 'note', text: 'Eight bytes of Bob’s random are zero now.' });
      const random = Buffer.concat([hello.random.subarray(0, 24), Buffer.alloc(8)]);
      return serverHelloRecord({ ...hello, random });
    }
  }
}

/** A ServerHello of TLS 1.2 that Bob never sent. */
const forgedHello = (draw: Entropy): Uint8Array =>
  serverHelloRecord({
    legacyVersion: versions['TLS 1.2'],
    random: draw('forged random'),
    sessionId: new Uint8Array(0),
    suite: suites.TLS_RSA_WITH_AES_128_GCM_SHA256,
    compressionMethod: 0,
    extensions: [],
  });
export const serverHelloRecord = (hello: Parameters<typeof encodeServerHello>[0]): Uint8Array =>
  plainRecord(contentTypes.handshake, versions['TLS 1.2'], encodeServerHello(hello, false).bytes, false).bytes;

/** A private RSA key, and what was kept. */
function* nextYear(kept: readonly Uint8Array[]): Protocol<void> {
  const disk = yield* receive('disk');
  if ('end' in disk) return;
  const keys = keysOn(disk.bytes);
  const [locked] = kept.flatMap((wire) => lockedIn(wire) ?? []);
  const found = locked && premasterIn(locked, keys);
  const hellos = found && hellosIn(kept);
  if (!found || !hellos) {
    yield* tell({ what: 'note', text: 'Next year I have Bob’s key. In what I kept, nothing is locked for it.' });
    return;
  }
  yield* tell({ what: 'note', text: 'Next year I have Bob’s key. It opens ClientKeyExchange: 03 03 and 46 bytes.' });
  yield* readWithRandoms(kept, found.premaster, hellos);
}
