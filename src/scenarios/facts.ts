// Facts that every scenario shares: read from what actors hold, sent, refused and did, never from a choice's id.
import { tryUnprotect, trafficKeyFrom } from '../tls/record.ts';
import type { TrafficSecret } from '../tls/keySchedule.ts';
import { suiteOf, supportedSuites } from '../tls/suites.ts';
import { versionName } from '../tls/registry.ts';
import type { Event, WireEvent } from './network.ts';
import type { Fact } from './scenario.ts';
import { describeDns } from './dns.ts';
import { describeHttp, formDecode } from './http.ts';

/**
 * What an actor can see: the events that it caused, and what passed on cables that it sent on, received from, or tapped
 * and kept. Nothing is inferred.
 */
export function viewFor(actor: string, events: readonly Event[]): Event[] {
  const kept = keeps(actor, events);
  const arrived = new Set(
    events.flatMap((event) => (event.what === 'arrived' && event.by === actor ? [event.bytes] : [])),
  );
  return events.filter((event) => {
    if (event.by === actor) return true;
    if (event.what !== 'wire' && event.what !== 'closed') return false;
    if (event.to === actor) return event.what === 'closed' || arrived.has(event.bytes);
    return event.heardBy.includes(actor) && kept(event.label);
  });
}

/** Whether a tapping actor kept what passed on a cable: it says so by a note, `kept <label>`. Who says nothing keeps nothing. */
export function keeps(actor: string, events: readonly Event[]): (label: string | undefined) => boolean {
  const labels = new Set(events.flatMap((event) => (event.by === actor && event.what === 'kept' ? [event.label] : [])));
  return (label) => labels.has('everything') || (label !== undefined && labels.has(label));
}

/**
 * The closure of what an actor made, received or saw, under the operations whose key it holds: records are opened with
 * every traffic secret that it told, forms and Basic credentials are decoded, and the names in DNS messages.
 */
export function holds(actor: string, events: readonly Event[]): readonly Uint8Array[] {
  const view = viewFor(actor, events);
  const wires = view.filter((event): event is Event & WireEvent => event.what === 'wire');
  const held = view.flatMap((event): Uint8Array[] => {
    switch (event.what) {
      case 'wire':
      case 'data':
      case 'message':
        return [event.bytes];
      case 'record':
        return event.inner ? [event.inner.bytes] : [];
      case 'note':
        return event.holds ? [event.holds] : [];
      default:
        return [];
    }
  });
  for (const event of view) if (event.what === 'secret') held.push(...openedWith(event.value, wires));
  return [...held, ...held.flatMap(decoded)];
}

/** Every record on those cables that a traffic secret opens, whatever the suite. */
function openedWith(secret: Uint8Array, wires: readonly WireEvent[]): Uint8Array[] {
  const opened: Uint8Array[] = [];
  for (const suite of supportedSuites.flatMap((id) => suiteOf(id) ?? [])) {
    if (suite.hashLength !== secret.length) continue;
    const key = trafficKeyFrom('', suite, secret as TrafficSecret);
    for (const { bytes } of wires) {
      if (bytes[0] !== 23) continue;
      const inner = tryUnprotect(key, bytes);
      if (inner) opened.push(inner);
    }
  }
  return opened;
}

function decoded(bytes: Uint8Array): Uint8Array[] {
  const dns = describeDns(bytes);
  if (dns) return [Buffer.from(dns.host)];
  const http = describeHttp(bytes);
  if (!http) return [];
  const text = Buffer.from(bytes).toString('latin1');
  const forms = [...text.matchAll(/=([^&\s]*%[^&\s]*)/g)].map(([, value = '']) => Buffer.from(formDecode(value)));
  const basic = [...text.matchAll(/\bBasic (\S+)/g)].map(([, value = '']) => Buffer.from(value, 'base64'));
  return [...forms, ...basic];
}

/** Whether one of the byte strings has `secret` in it. */
export const contains = (held: readonly Uint8Array[], secret: Uint8Array): boolean =>
  held.some((bytes) => Buffer.from(bytes).includes(Buffer.from(secret)));

/** `learned(who, what)` for each secret that stands in what the actor holds. */
export const learned = (
  actor: string,
  events: readonly Event[],
  secrets: Readonly<Record<string, Uint8Array>>,
): Fact[] => {
  const held = holds(actor, events);
  return Object.entries(secrets).flatMap(([what, bytes]) =>
    contains(held, bytes) ? [{ kind: 'learned', who: actor, what } as const] : [],
  );
};

/** aborted, detected, negotiated and stalled, as far as they follow from what endpoints told of themselves. */
export function protocolFacts(events: readonly Event[]): Fact[] {
  return events.flatMap((event): Fact[] => {
    switch (event.what) {
      case 'alert': {
        if (event.direction !== 'sent' || event.alert === 'close_notify') return [];
        const aborted = { kind: 'aborted', who: event.by } as const;
        return [
          { ...aborted, what: event.alert },
          { ...aborted, what: 'any' },
        ];
      }
      case 'stalled':
        return [{ kind: 'stalled', who: event.by, what: event.missing }];
      default:
        return [];
    }
  });
}

/** Both ends completed with the same transcript: what they agreed on. */
export function negotiatedFacts(events: readonly Event[]): Fact[] {
  const agreed = events.filter((event) => event.what === 'agreed');
  return agreed.flatMap((one, index): Fact[] => {
    const both = agreed.some((other, at) => at > index && Buffer.from(other.transcript).equals(one.transcript));
    return both ? [{ kind: 'negotiated', who: 'tls', what: versionName(one.version).replace('TLS ', '') }] : [];
  });
}

/** `delivered(what, to)`: the application acted on exactly these bytes. */
export const delivered = (
  events: readonly Event[],
  to: string,
  action: string,
  bytes: Uint8Array,
  what = action,
): Fact[] =>
  events.some(
    (event) =>
      event.what === 'acted' && event.by === to && event.action === action && Buffer.from(bytes).equals(event.bytes),
  )
    ? [{ kind: 'delivered', who: what, what: to }]
    : [];
