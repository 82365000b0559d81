// The secrets of a run in the order of the key schedule, each with the line of RFC 8446 7.1 that gives it, and its keys.
import type { Seen } from '../game/simulate.ts';
import { type TrafficSecret, trafficIv, trafficKey } from '../tls/keySchedule.ts';
import { decodeServerHello } from '../tls/messages/serverHello.ts';
import { type Suite, suiteOf } from '../tls/suites.ts';

export interface Derived {
  readonly name: string;
  /** How it is computed. */
  readonly from: string;
  readonly value: Uint8Array;
}

const lines: Readonly<Record<string, { readonly name: string; readonly from: string }>> = {
  CLIENT_HANDSHAKE_TRAFFIC_SECRET: {
    name: 'client handshake traffic secret',
    from: 'Derive-Secret(Handshake Secret, "c hs traffic", ClientHello...ServerHello)',
  },
  SERVER_HANDSHAKE_TRAFFIC_SECRET: {
    name: 'server handshake traffic secret',
    from: 'Derive-Secret(Handshake Secret, "s hs traffic", ClientHello...ServerHello)',
  },
  CLIENT_TRAFFIC_SECRET_0: {
    name: 'client application traffic secret',
    from: 'Derive-Secret(Master Secret, "c ap traffic", ClientHello...server Finished)',
  },
  SERVER_TRAFFIC_SECRET_0: {
    name: 'server application traffic secret',
    from: 'Derive-Secret(Master Secret, "s ap traffic", ClientHello...server Finished)',
  },
  EXPORTER_SECRET: {
    name: 'exporter master secret',
    from: 'Derive-Secret(Master Secret, "exp master", ClientHello...server Finished)',
  },
};

/** Of the player's actor, connection after connection. */
export function secretsOf({ events, you }: Seen): readonly Derived[] {
  const suites = suitesOf(events, you);
  return events.flatMap((event): Derived[] => {
    if (event.what !== 'secret' || event.by !== you) return [];
    const line = lines[event.label] ?? { name: event.label, from: '' };
    const suite = suites.get(keyOf(event.clientRandom));
    const secret = { ...line, value: event.value };
    return suite && event.label !== 'EXPORTER_SECRET' ? [secret, ...keys(line.name, suite, event.value)] : [secret];
  });
}

function keys(name: string, suite: Suite, secret: Uint8Array): readonly Derived[] {
  const short = name.replace(' traffic secret', '');
  const traffic = secret as TrafficSecret;
  return [
    {
      name: `${short} key`,
      from: `HKDF-Expand-Label(${name}, "key", "", ${suite.keyLength})`,
      value: trafficKey(suite, traffic),
    },
    { name: `${short} IV`, from: `HKDF-Expand-Label(${name}, "iv", "", 12)`, value: trafficIv(suite, traffic) },
  ];
}

/** The suite of each connection, by the client's random. */
function suitesOf(events: Seen['events'], you: string): ReadonlyMap<string, Suite> {
  const suites = new Map<string, Suite>();
  let random = '';
  for (const event of events) {
    if (event.what !== 'message' || event.by !== you) continue;
    if (event.name === 'ClientHello') random = keyOf(event.bytes.subarray(6, 38));
    if (event.name !== 'ServerHello') continue;
    const suite = suiteOf(decodeServerHello(event.bytes, false).suite);
    if (suite) suites.set(random, suite);
  }
  return suites;
}

const keyOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
