// Eve records sealed lines, and waits. Years later Bob's old disk comes into her hands, with the private keys on it.
import type { KeyObject } from 'node:crypto';
import * as z from 'zod';
import { decide, decisionPoint, type Protocol, receive, tell } from '../tls/effects.ts';
import { describeRecord } from '../tls/describe.ts';
import { decodeServerHello } from '../tls/messages/serverHello.ts';
import { handshakeTypes, suiteName } from '../tls/registry.ts';
import { type DirectionKeys, keyBlock, type MasterSecret12, prf } from '../tls/v12/keySchedule12.ts';
import type { Suite12 } from '../tls/v12/suites12.ts';
import { keysOn } from './disk.ts';
import { hellosIn, helloOf, lockedIn, premasterIn, read, readWithRandoms, shareIn } from './openRecording.ts';
import { hear } from './overhear.ts';
import { type Dump, pickedSchema, type Picked } from './scenario.ts';

export const recordingNames = ['first', 'second', 'third', 'new'] as const;
export type RecordingName = (typeof recordingNames)[number];
const named: readonly string[] = recordingNames;

const openings = ['all', 'handshake', 'answers', 'nothing'] as const;

export const recordingPoints = {
  /** Which recording to open with a stolen RSA key. The rule: one whose secret was locked for that key. */
  chooseRecording: decisionPoint<{ readonly locked: readonly string[] }>()(
    'eve.chooseRecording',
    '5246 F.1.1.2',
    // No enum: a level may say it by a word that the seed decides.
    z.strictObject({ id: z.string().refine((id) => named.includes(id), `one of ${named.join(', ')}`) }),
    ({ locked: [id = 'new'] }) => ({ id }),
  ),
  /** On which message to use the key. The rule: the one that has something locked for it. */
  pickLocked: decisionPoint<{ readonly dump: readonly Dump[] }>()(
    'eve.pickLocked',
    '5246 7.4.7.1',
    pickedSchema,
    ({ dump }): Picked => ({
      record: Math.max(
        0,
        dump.findIndex(({ bytes }) => lockedIn(bytes)),
      ),
      offset: 0,
      length: 1,
    }),
  ),
  /** What goes into the keys beside the premaster secret. The rule: both randoms. */
  derive: decisionPoint<{ readonly premaster: Uint8Array }>()(
    'eve.derive',
    '5246 8.1',
    z.strictObject({ with: z.enum(['randoms', 'nothing', 'private-key']) }),
    () => ({ with: 'randoms' as const }),
  ),
  /** What the next stolen key will open. The rule: nothing, of a recording with forward secrecy. */
  foretell: decisionPoint<Record<string, never>>()(
    'eve.foretell',
    '8446 E.1',
    z.strictObject({ opens: z.enum(openings) }),
    () => ({ opens: 'nothing' as const }),
  ),
};

interface Recorded {
  readonly name: RecordingName;
  /** Monday. */
  readonly day: string;
}
interface Recording extends Recorded {
  readonly wires: readonly Uint8Array[];
}

/** `foretells`: she says beforehand what the disk will open. */
export function* eavesdrop(visits: readonly Recorded[], foretells: boolean): Protocol<void> {
  yield* tell({ what: 'kept', label: 'everything' });
  const heard = yield* hear(visits.map(({ name }) => `air ${name}`));
  const recordings = visits.map(
    (visit): Recording => ({
      ...visit,
      wires: heard.filter(({ link }) => link === `air ${visit.name}`).map(({ bytes }) => bytes),
    }),
  );
  for (const { day, wires } of recordings) {
    const picks = helloOf(wires, handshakeTypes.server_hello);
    const suite = picks && suiteName(decodeServerHello(picks.subarray(5), false).suite);
    yield* tell({ what: 'note', text: `${day}: I kept ${wires.length} messages. ServerHello picks ${suite}.` });
  }
  const disk = yield* receive('disk');
  if ('end' in disk) return;
  const keys = keysOn(disk.bytes);
  yield* tell({
    what: 'note',
    text: `The disk has ${keys.length === 1 ? 'a private RSA key' : `${keys.length} private RSA keys`} of Bob’s on it.`,
  });
  if (foretells) {
    const { opens } = yield* decide(recordingPoints.foretell, {});
    yield* tell({ what: 'acted', action: 'foretold', bytes: Buffer.from(opens) });
  }
  const recording = yield* choose(recordings);
  if (recording) yield* open(recording, keys);
}

/** The one to be opened; nothing where nothing in it was locked for a key. */
function* choose(recordings: readonly Recording[]): Protocol<Recording | undefined> {
  const [only] = recordings;
  if (recordings.length < 2) return only;
  const locked = recordings.filter(({ wires }) => wires.some((wire) => lockedIn(wire))).map(({ name }) => name);
  const { id } = yield* decide(recordingPoints.chooseRecording, { locked });
  const chosen = recordings.find(({ name }) => name === id);
  if (!chosen || locked.includes(chosen.name)) return chosen;
  const share = chosen.wires.flatMap((wire) => shareIn(wire) ?? [])[0];
  yield* tell({
    what: 'note',
    text: share
      ? `ClientKeyExchange holds ${share.length} bytes: a public share. Nothing in here was locked for Bob’s key; it only signed.`
      : 'There is no ClientKeyExchange in it at all. Two public shares in the hellos, and the rest is sealed.',
  });
  yield* tell({ what: 'stalled', missing: 'bob.number' });
  return undefined;
}

function* open({ wires }: Recording, keys: readonly KeyObject[]): Protocol<void> {
  const dump = wires.flatMap((wire): Dump[] => {
    const record = describeRecord(wire);
    return record ? [{ name: record.name || 'sealed record', bytes: wire, fields: record.fields, wire }] : [];
  });
  const { record } = yield* decide(recordingPoints.pickLocked, { dump });
  const bytes = dump[record]?.bytes ?? new Uint8Array(0);
  const block = lockedIn(bytes) ?? bytes.subarray(5);
  const found = premasterIn(block, keys);
  const what = dump[record]?.name ?? 'that';
  if (!found) {
    yield* tell({
      what: 'note',
      text: `${what}: ${block.length} bytes. Bob’s key makes nothing of them: they were not locked for it.`,
    });
    if (!wires.some((wire) => lockedIn(wire))) yield* tell({ what: 'stalled', missing: 'bob.number' });
    return;
  }
  const start = Buffer.from(found.premaster.subarray(0, 8)).toString('hex').replace(/../g, '$& ').trim();
  yield* tell({
    what: 'note',
    text: `${block.length} bytes under Bob’s key: 00 02, padding, 00, and then 48 bytes: ${start} ...`,
    holds: found.premaster,
  });
  yield* derive(wires, found.key, found.premaster);
}

function* derive(wires: readonly Uint8Array[], key: KeyObject, premaster: Uint8Array): Protocol<void> {
  const hellos = hellosIn(wires);
  if (!hellos) return;
  const { suite } = hellos;
  const { with: others } = yield* decide(recordingPoints.derive, { premaster });
  switch (others) {
    case 'randoms':
      return yield* readWithRandoms(wires, premaster, hellos);
    case 'nothing':
      return yield* read(wires, suite, { client: slices(premaster, suite), server: slices(premaster, suite) });
    case 'private-key': {
      const secret = key.export({ format: 'der', type: 'pkcs8' });
      const master = prf(premaster, 'master secret', secret, 48) as MasterSecret12;
      return yield* read(wires, suite, keyBlock(suite, master, { client: secret, server: secret }));
    }
  }
}

/** A secret that is taken for the keys themselves. */
const slices = (secret: Uint8Array, { keyLength, ivLength, macLength }: Suite12): DirectionKeys => ({
  key: secret.subarray(0, keyLength),
  iv: secret.subarray(keyLength, keyLength + ivLength),
  mac: secret.subarray(keyLength + ivLength, keyLength + ivLength + macLength),
});
