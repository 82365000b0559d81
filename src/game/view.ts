// What the player's screen is built from: the ladder, the notebook and the keys of the actor that the player is.

import { withCertificates } from '../pki/describe.ts';
import { describeCell } from '../scenarios/cells.ts';
import { describeDisk } from '../scenarios/disk.ts';
import { describeDns } from '../scenarios/dns.ts';
import { describeExchange, isSealed } from '../scenarios/exchangeMessages.ts';
import { viewFor } from '../scenarios/facts.ts';
import { describeHttp } from '../scenarios/http.ts';
import type { Event } from '../scenarios/network.ts';
import { describeNotebook } from '../scenarios/notebook.ts';
import { inOneLayer } from '../scenarios/onionLayers.ts';
import { type Cast, masked, type Role } from '../scenarios/scenario.ts';
import type { Field } from '../tls/codec.ts';
import { type Description, describeRecord, serverHelloIn } from '../tls/describe.ts';
import type { ToldRecord } from '../tls/effects.ts';
import { recordFields, shift } from '../tls/record.ts';
import { contentTypes } from '../tls/registry.ts';
import { type Suite12, suite12Of } from '../tls/v12/suites12.ts';
import { cellNote, exchangeNote, holdsKeyNames, noteOn } from './rowNotes.ts';
import type { Seen } from './simulate.ts';

/** A way to see a message: the record on the wire, and what is inside for whoever holds the key. */
export interface Layer {
  readonly title: string;
  readonly bytes: Uint8Array;
  readonly fields: readonly Field[];
}
export interface Row {
  /** Index of the event. */
  readonly id: number;
  readonly kind: 'message' | 'closed' | 'timeout';
  readonly from: string;
  readonly to: string;
  /** `ClientHello`, `POST /login`, `alert: decrypt_error`; empty for what the player cannot read. */
  readonly label: string;
  /** One line that explains it, at most 60 columns. */
  readonly note: string;
  readonly sealed: boolean;
  /** The player's role opened it (always true in the clear). */
  readonly readable: boolean;
  /** Made or changed by an attacker, as far as the player can know. */
  readonly forged: boolean;
  /** Bytes on the wire. */
  readonly size: number;
  readonly layers: readonly Layer[];
}
/** The leg between two neighbours on the ladder. */
export interface Leg {
  readonly left: string;
  readonly right: string;
  readonly shut: boolean;
  readonly yours: boolean;
}
export interface HeldKey {
  readonly label: string;
  readonly value: Uint8Array;
  readonly opens: number;
}
export interface Stage {
  readonly you: string;
  readonly role: Role;
  readonly cast: readonly Cast[];
  readonly rows: readonly Row[];
  readonly legs: readonly Leg[];
  /** What the player's actor found out so far, and checks that failed, in order. */
  readonly notebook: readonly string[];
  /** What others noted; only where it is revealed. */
  readonly others: readonly { readonly name: string; readonly text: string }[];
  readonly keys: readonly HeldKey[];
}

/** Builds the stage from what the player's actor can see; `revealed` also shows what others forged and noted unseen. */
export function stage(seen: Seen, revealed = false): Stage {
  const { you } = seen;
  const cast = revealed ? seen.cast : masked(seen.cast);
  const view = viewFor(you, seen.events);
  const own = new Map(
    view.flatMap((event) => (event.what === 'record' && event.by === you ? [[keyOf(event.wire), event] as const] : [])),
  );
  const rows = rowsOf(seen, view, own, revealed);
  return {
    you,
    role: cast.find(({ actor }) => actor === you)?.role ?? 'client',
    cast,
    rows,
    legs: legsOf(cast, rows),
    notebook: view.flatMap((event) => (event.by === you ? noteOf(event) : [])),
    others: revealed ? notesOfOthers(seen) : [],
    keys: keysOf(view, you),
  };
}

/** In the order in which they were written. */
function notesOfOthers({ events, cast, you }: Seen): Stage['others'] {
  const names = new Map(cast.map(({ actor, name }) => [actor, name]));
  return events.flatMap((event) => {
    const name = names.get(event.by);
    return event.what === 'note' && event.by !== you && name !== undefined ? [{ name, text: event.text }] : [];
  });
}

/** The actors that have a lifeline of their own, from left to right. */
export const lifelines = (cast: readonly Cast[]): readonly Cast[] => cast.filter(({ beside }) => beside === undefined);
/** The lifeline on which an actor stands. */
export const lifelineOf = (cast: readonly Cast[], actor: string): string =>
  cast.find((one) => one.actor === actor)?.beside ?? actor;

function rowsOf(
  { events, cast, you }: Seen,
  view: readonly Event[],
  own: ReadonlyMap<string, ToldRecord>,
  revealed: boolean,
): Row[] {
  const seen = new Set(view);
  const roles = new Map(cast.map(({ actor, role }) => [actor, role]));
  /** What each actor has received so far: who passes something on forges nothing. */
  const received = new Set<string>();
  /** Of each direction, whether its last message says goodbye. */
  const farewell = new Map<string, boolean>();
  /** Of each cable, the suite of TLS 1.2 that a ServerHello chose on it. */
  const suites = new Map<string, Suite12 | undefined>();
  return inOrderOfArrival(events, you).flatMap(({ event, id }): Row[] => {
    if (event.what === 'wire') {
      const key = keyOf(event.bytes);
      const made =
        roles.get(event.by) === 'attacker' && roles.get(event.to) === 'client' && !received.has(`${event.by} ${key}`);
      received.add(`${event.to} ${key}`);
      if (!seen.has(event)) return [];
      const cable = `${[event.by, event.to].sort().join()} ${event.label}`;
      const hello = serverHelloIn(event.bytes);
      if (hello) suites.set(cable, suite12Of(hello.suite));
      const message = messageOf(event.bytes, own.get(key), suites.get(cable));
      // Whoever cannot read the last message cannot know that it was no goodbye.
      const said = !message.tls || !message.readable || message.label.startsWith('alert');
      farewell.set(`${event.by} ${event.to} ${event.label}`, said);
      const forged = made && (event.by === you || revealed);
      const { tls: _tls, ...rest } = message;
      return [
        {
          id,
          kind: 'message',
          from: event.by,
          to: event.to,
          ...rest,
          forged,
          size: event.bytes.length,
          note: withLabel(message.note, event.label, message.tls),
        },
      ];
    }
    if (
      event.what === 'closed' &&
      seen.has(event) &&
      farewell.get(`${event.by} ${event.to} ${event.label}`) === false
    ) {
      return [{ ...ended(id, event.by, event.to), kind: 'closed', note: 'no close_notify came before' }];
    }
    return [];
  });
}

interface Placed {
  readonly event: Event;
  /** Its index among all events. */
  readonly id: number;
}

/** The events as `you` lived them: what was sent to you stands where it came, and the end of a stream behind all of it. */
function inOrderOfArrival(events: readonly Event[], you: string): readonly Placed[] {
  const placed: Placed[] = [];
  const onTheWay = new Map<string, Placed[]>();
  for (const [id, event] of events.entries()) {
    if ((event.what === 'wire' || event.what === 'closed') && event.to === you) {
      const way = `${event.by} ${event.label}`;
      const queue = onTheWay.get(way) ?? [];
      onTheWay.set(way, queue);
      if (event.what === 'closed' && !queue.length) placed.push({ event, id });
      else queue.push({ event, id });
    } else if (event.what === 'arrived' && event.by === you) {
      for (const queue of onTheWay.values()) {
        const at = queue.findIndex((one) => one.event.what === 'wire' && one.event.bytes === event.bytes);
        if (at < 0) continue;
        const behind = queue.slice(at + 1).findIndex((one) => one.event.what === 'wire');
        placed.push(...queue.splice(0, behind < 0 ? queue.length : at + 1 + behind));
        break;
      }
    } else placed.push({ event, id });
  }
  return [...placed, ...[...onTheWay.values()].flat()];
}

const ended = (id: number, from: string, to: string): Omit<Row, 'kind' | 'note'> => ({
  id,
  from,
  to,
  label: 'end of stream',
  sealed: false,
  readable: true,
  forged: false,
  size: 0,
  layers: [],
});

type Message = Pick<Row, 'label' | 'note' | 'sealed' | 'readable' | 'layers'> & { readonly tls: boolean };

/** What one sees of bytes on a cable: more, if one opened them. */
function messageOf(bytes: Uint8Array, own: ToldRecord | undefined, suite: Suite12 | undefined): Message {
  if (own) {
    const inner = own.inner && { ...own.inner, fields: withHttp(own) };
    const layers: Layer[] = [
      { title: 'on the wire', bytes, fields: withCertificates(own.fields, bytes) },
      ...(inner ? [{ title: 'inside', bytes: inner.bytes, fields: withCertificates(inner.fields, inner.bytes) }] : []),
    ];
    const games = gamesOwn(bytes, own);
    const sealed =
      games?.sealed ??
      ((own.sealedBy !== undefined || bytes[0] === contentTypes.application_data) && !standsInClear(bytes, own));
    return {
      tls: games === undefined,
      label: own.name,
      note: games?.note ?? (own.sealedBy && !sealed ? onlyGuarded : noteOn(own.name, contentOf(own), sealed)),
      sealed,
      readable: !sealed || own.inner !== undefined,
      layers,
    };
  }
  const record = clearData(bytes) ?? describeRecord(bytes, suite);
  if (record) {
    const { name, fields, sealed } = record;
    return {
      tls: true,
      label: name,
      note: sealed ? '' : noteOn(name, bytes.subarray(5), false),
      sealed,
      readable: !sealed,
      layers: [{ title: 'on the wire', bytes, fields: withCertificates(fields, bytes) }],
    };
  }
  const games = gamesOwn(bytes);
  if (games) {
    const { name, note, sealed, fields } = games;
    const layers = [{ title: 'on the wire', bytes, fields }];
    return { tls: false, label: sealed ? '' : name, note, sealed, readable: !sealed, layers };
  }
  const plain = describeHttp(bytes) ??
    describeDns(bytes) ??
    describeHandedOver(bytes) ?? { name: 'data', fields: [] as readonly Field[] };
  return {
    tls: false,
    label: plain.name,
    note: '',
    sealed: false,
    readable: true,
    layers: [{ title: 'on the wire', bytes, fields: plain.fields }],
  };
}

/** A message in one of the game's own formats: what all see of it; and more for whoever opened a cell. */
function gamesOwn(bytes: Uint8Array, own?: ToldRecord) {
  const exchange = describeExchange(bytes);
  if (exchange) {
    const { name, fields } = exchange;
    return { name, note: exchangeNote(exchange), sealed: isSealed(exchange), fields };
  }
  const cell = describeCell(bytes);
  if (!cell) return undefined;
  const note = cellNote(cell, own?.name === inOneLayer ? own.inner?.bytes : undefined);
  return { name: 'cell', note, sealed: true, fields: cell.fields };
}

/** On a record under a suite that has a MAC and no cipher. */
const onlyGuarded = 'everybody reads it; a code guards it from changes';

/** Data that left before there were keys, or under a suite that encrypts nothing: everybody reads it. */
function clearData(bytes: Uint8Array): (Description & { readonly sealed: false }) | undefined {
  const http = bytes[0] === contentTypes.application_data ? describeHttp(bytes.subarray(5)) : undefined;
  return http && { name: http.name, fields: recordFields(bytes, http.fields), sealed: false };
}
const standsInClear = (bytes: Uint8Array, { inner }: ToldRecord): boolean =>
  clearData(bytes) !== undefined || (inner !== undefined && Buffer.from(inner.bytes).equals(bytes.subarray(5)));

const contentOf = ({ inner, wire }: ToldRecord): Uint8Array => inner?.bytes ?? wire.subarray(5);

/** Application data that is HTTP has its fields shown, too. */
function withHttp({ name, inner }: ToldRecord): readonly Field[] {
  if (!inner || name !== 'application data') return inner?.fields ?? [];
  const [data, ...rest] = inner.fields;
  const http = data && describeHttp(inner.bytes.subarray(data.offset, data.offset + data.length));
  return data && http
    ? [{ ...data, value: http.name, children: shift(http.fields, data.offset) }, ...rest]
    : inner.fields;
}

const withLabel = (note: string, label: string | undefined, tls: boolean): string =>
  note || (!tls && label ? label : '');

/** Every leg between neighbours, with the truth of the last message that went over it. What is handed over goes over none. */
export function legsOf(cast: readonly Cast[], rows: readonly Row[]): Leg[] {
  const order = lifelines(cast).map(({ actor }) => actor);
  return order.slice(1).map((right, index) => {
    const left = order[index] ?? right;
    const last = rows.findLast((row) => {
      const ends = [row.from, row.to].map((actor) => order.indexOf(lifelineOf(cast, actor)));
      return row.kind === 'message' && !isHandedOver(row) && Math.min(...ends) <= index && index < Math.max(...ends);
    });
    return { left, right, shut: last?.sealed ?? false, yours: (last?.sealed && last.readable) ?? false };
  });
}

const isHandedOver = ({ layers: [outer] }: Row): boolean =>
  outer !== undefined && describeHandedOver(outer.bytes) !== undefined;
/** A disk, or what is on it. */
const describeHandedOver = (bytes: Uint8Array) => describeDisk(bytes) ?? describeNotebook(bytes);

function noteOf(event: Event): string[] {
  switch (event.what) {
    case 'note':
      return [event.text];
    case 'check':
      return event.holds ? [] : [`${event.name}: the check fails${event.required ? '' : ', and nobody asks for it'}`];
    case 'stalled':
      return [`I lack this: ${missing[event.missing] ?? `a ${event.missing}`}`];
    default:
      return [];
  }
}

const missing: Readonly<Record<string, string>> = {
  'bob.private': 'Bob\u2019s private key',
  'bob.number': 'Bob\u2019s private number',
};

/** The traffic keys of the actor's newest connection, with how many records each has sealed or opened. */
function keysOf(view: readonly Event[], you: string): HeldKey[] {
  const secrets = view.flatMap((event) => (event.what === 'secret' && event.by === you ? [event] : []));
  const newest = secrets.at(-1)?.clientRandom;
  const records = view.flatMap((event) => (event.what === 'record' && event.by === you ? [event] : []));
  return secrets.flatMap(({ label, value, clientRandom }) => {
    const name = holdsKeyNames[label];
    if (!name || !newest || keyOf(clientRandom) !== keyOf(newest)) return [];
    return [{ label: name, value, opens: records.filter(({ sealedBy }) => sealedBy === name).length }];
  });
}

const keyOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
