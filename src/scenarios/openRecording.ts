// What a private RSA key opens of recorded TLS 1.2: the premaster secret, and with the randoms every record.
import type { KeyObject } from 'node:crypto';
import { type Protocol, tell } from '../tls/effects.ts';
import { describeRecord } from '../tls/describe.ts';
import { decodeClientHello } from '../tls/messages/clientHello.ts';
import { decodeServerHello } from '../tls/messages/serverHello.ts';
import { contentTypes, handshakeTypes } from '../tls/registry.ts';
import { type DirectionKeys, keyBlock, masterSecret12, type Randoms } from '../tls/v12/keySchedule12.ts';
import { unlock, unpad } from '../tls/v12/keyTransport.ts';
import { decodeClientShare, decodeLockedSecret } from '../tls/v12/messages/clientKeyExchange.ts';
import { type RecordKey, tryUnprotect12 } from '../tls/v12/record12.ts';
import { tellRecord } from '../tls/v12/records12.ts';
import { type Suite12, suite12Of } from '../tls/v12/suites12.ts';

/** The premaster secret, and which of the keys opens it; nothing where none does. */
export function premasterIn(
  locked: Uint8Array,
  keys: readonly KeyObject[],
): { readonly key: KeyObject; readonly premaster: Uint8Array } | undefined {
  for (const key of keys) {
    const premaster = unpad(unlock(key, locked));
    if (premaster?.length === 48) return { key, premaster };
  }
  return undefined;
}

/** With both randoms, as both sides made their keys (RFC 5246 8.1). Reads a handshake without extended_master_secret. */
export function* readWithRandoms(
  wires: readonly Uint8Array[],
  premaster: Uint8Array,
  { suite, randoms }: Hellos,
): Protocol<void> {
  const master = masterSecret12(premaster, randoms);
  yield* tell({ what: 'secret', label: 'CLIENT_RANDOM', value: master, clientRandom: randoms.client });
  yield* read(wires, suite, keyBlock(suite, master, randoms));
}

/** Opens every sealed record of the recording that these keys open. */
export function* read(
  wires: readonly Uint8Array[],
  suite: Suite12,
  block: { readonly client: DirectionKeys; readonly server: DirectionKeys },
): Protocol<void> {
  const sides: readonly RecordKey[] = (['client', 'server'] as const).map((side) => ({
    label: `${side} write`,
    suite,
    keys: block[side],
    sequence: 0,
  }));
  let opened = 0;
  for (const wire of wires.filter((one) => describeRecord(one)?.sealed)) {
    const type = wire[0] ?? 0;
    for (const key of sides) {
      const inside = tryUnprotect12(key, wire);
      if (!inside) continue;
      opened++;
      yield* tellRecord('received', wire, type, inside.content, { key, opened: inside });
      const text = Buffer.from(inside.content).toString('latin1');
      if (type === contentTypes.application_data)
        yield* tell({ what: 'note', text: `I read: ${text.slice(text.indexOf('\r\n\r\n') + 4).trim()}` });
      break;
    }
  }
  if (!opened)
    yield* tell({
      what: 'note',
      text: 'Not one sealed record opens with these keys. The first one already does not fit.',
    });
}

export interface Hellos {
  readonly suite: Suite12;
  readonly randoms: Randoms;
}
/** What the hellos of a recording settled; nothing where it was not TLS 1.2. */
export function hellosIn(wires: readonly Uint8Array[]): Hellos | undefined {
  const one = helloOf(wires, handshakeTypes.client_hello);
  const other = helloOf(wires, handshakeTypes.server_hello);
  if (!one || !other) return undefined;
  const server = decodeServerHello(other.subarray(5), false);
  const suite = suite12Of(server.suite);
  return (
    suite && { suite, randoms: { client: decodeClientHello(one.subarray(5), false).random, server: server.random } }
  );
}

/** The record with that handshake message in the clear. */
export const helloOf = (wires: readonly Uint8Array[], type: number): Uint8Array | undefined =>
  wires.find((wire) => wire[0] === contentTypes.handshake && wire[5] === type);

const exchangeIn = (wire: Uint8Array): Uint8Array | undefined =>
  wire[0] === contentTypes.handshake && wire[5] === handshakeTypes.client_key_exchange ? wire.subarray(5) : undefined;

/** What a ClientKeyExchange has locked for an RSA key: as many bytes as a modulus has. */
export function lockedIn(wire: Uint8Array): Uint8Array | undefined {
  const message = exchangeIn(wire);
  return message && message.length >= 4 + 2 + 128 ? decodeLockedSecret(message, false).locked : undefined;
}
/** The public share of a ClientKeyExchange. */
export function shareIn(wire: Uint8Array): Uint8Array | undefined {
  const message = exchangeIn(wire);
  return message && !lockedIn(wire) ? decodeClientShare(message, false).share : undefined;
}
