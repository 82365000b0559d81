// One mutant after another against an endpoint in each state: each must end in the right alert or go on; what does neither is
// told with the words that make it happen again.
import type { Event } from '../../../src/scenarios/network.ts';
import type { AlertName } from '../../../src/tls/alerts.ts';
import { contentTypes } from '../../../src/tls/registry.ts';
import type { Side } from '../insider.ts';
import { alertsFrom } from '../pair.ts';
import { chance } from './chance.ts';
import { type Fault, faults } from './faults.ts';
import type { State } from './states.ts';

export interface Tally {
  readonly mutants: number;
  readonly progress: number;
  readonly alerts: ReadonlyMap<AlertName, number>;
  /** By the name of the fault, how often it was made. */
  readonly made: ReadonlyMap<string, number>;
}

/** What one mutant did: the alert that ended it, or nothing where it went on. */
export interface Mutant {
  readonly fault: Fault;
  readonly alert: AlertName | undefined;
}

export const titleOf = ({ version, side, name }: State): string => `${version}, ${side}, ${name}`;

/** Throws with the seed that makes it happen again where a mutant does neither. `onMutant` hears of each before it is tried. */
export function fuzz(state: State, seed: string, rounds: number, onMutant: (round: number) => void = () => {}): Tally {
  const alerts = new Map<AlertName, number>();
  const made = new Map<string, number>();
  let progress = 0;
  for (let round = 0; round < rounds; round++) {
    onMutant(round);
    const { fault, alert } = tryMutant(state, seed, round);
    made.set(fault.name, (made.get(fault.name) ?? 0) + 1);
    if (alert) alerts.set(alert, (alerts.get(alert) ?? 0) + 1);
    else progress++;
  }
  return { mutants: rounds, progress, alerts, made };
}

export function tryMutant(state: State, seed: string, round: number): Mutant {
  const { fault, pieces } = mutant(state, seed, round);
  const complain = (what: string): never => {
    throw new Error(
      `${titleOf(state)}: "${fault.name}" ${what}. Again: npm run fuzz -- --seed ${seed} --state "${titleOf(state)}" --mutant ${round}`,
    );
  };
  let events: readonly Event[];
  try {
    events = state.hear(pieces);
  } catch (error) {
    return complain(`is met with an exception: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
  }
  const kept = mostKept(events, state.side);
  if (kept > limit) complain(`makes it keep ${kept} bytes`);
  const [alert, ...more] = alertsFrom(events, state.side).filter(
    (name) => name !== 'close_notify' && name !== 'no_renegotiation',
  ) as AlertName[];
  if (more.length) complain(`is met with ${[alert, ...more].join(' and ')}`);
  const expected = (state.version === 'TLS 1.2' && fault.alerts12) || fault.alerts;
  if (!alert) return fault.goesOn || !expected.length ? { fault, alert } : complain('is met with no alert');
  const fits = expected === 'any' ? possible.has(alert) : expected.includes(alert);
  return fits ? { fault, alert } : complain(`is met with ${alert}`);
}

/** The fault that is due, as it is made here. Where the state has no such fault, it is another one's turn. */
function mutant(state: State, seed: string, round: number): { fault: Fault; pieces: readonly Uint8Array[] } {
  const dice = chance(`${seed} ${titleOf(state)} ${round}`);
  for (;;) {
    const fault = dice.oneOf(faults);
    const pieces = fault?.make(state, dice);
    if (fault && pieces) return { fault, pieces };
  }
}

/** All that an endpoint of ours may say to what a peer does; internal_error would be our own bug. */
const possible: ReadonlySet<AlertName> = new Set<AlertName>([
  'unexpected_message',
  'bad_record_mac',
  'record_overflow',
  'handshake_failure',
  'bad_certificate',
  'unsupported_certificate',
  'certificate_expired',
  'certificate_required',
  'unknown_ca',
  'illegal_parameter',
  'decode_error',
  'decrypt_error',
  'protocol_version',
  'missing_extension',
  'unsupported_extension',
  'unrecognized_name',
  'no_application_protocol',
]);

/** The longest record, and the longest handshake message that is not whole yet. */
const limit = 5 + 2 ** 14 + 2048 + 2 ** 18;

/** Most bytes that the endpoint held at a time: of records that are not whole, and of messages. */
function mostKept(events: readonly Event[], side: Side): number {
  let [wire, fragments, most] = [0, 0, 0];
  for (const event of events) {
    if (event.by !== side) continue;
    if (event.what === 'arrived') {
      most = Math.max(most, wire + fragments);
      wire += event.bytes.length;
    }
    if (event.what === 'record' && event.direction === 'received') {
      wire -= event.wire.length;
      if (event.type === contentTypes.handshake && event.inner === undefined) fragments += event.wire.length - 5;
      if (event.type === contentTypes.handshake && event.inner) fragments += event.inner.bytes.length;
    }
    if (event.what === 'message' && event.direction === 'received') fragments -= event.bytes.length;
  }
  return most;
}
