// Sessions at a server (RFC 8446 4.2.11, 4.6.1): tickets taken up again, and given.
import type { Connection } from '../connection.ts';
import { decide, type Protocol, refuse, tell } from '../effects.ts';
import { tellMessage } from '../handshakeMessages.ts';
import * as schedule from '../keySchedule.ts';
import type { ClientHello } from '../messages/clientHello.ts';
import { type Extension, findExtension } from '../messages/extensions.ts';
import { encodeNewSessionTicket } from '../messages/newSessionTicket.ts';
import { sendContent } from '../records.ts';
import { contentTypes, pskModes } from '../registry.ts';
import type { ApplicationSecrets, Keys } from '../secrets.ts';
import { ageOf, binderOf, longestLifetime, type SessionState } from '../sessions.ts';
import { type Suite, suiteOf } from '../suites.ts';
import type { Offer } from './clientHello.ts';
import { serverPoints } from './points.ts';
import type { ServerSetup } from './setup.ts';

/** A session that goes on: which of the client's tickets, and how its key is used. */
export interface Resumed {
  readonly index: number;
  readonly state: SessionState;
  readonly mode: number;
}

/** The first ticket that is this server's own and fits the suite (4.2.11); its binder must hold. */
export function* takeUp({ tickets }: ServerSetup, hello: Offer, suite: Suite): Protocol<Resumed | undefined> {
  const offered = findExtension(hello.extensions, 'pre_shared_key');
  if (!offered || !tickets) return undefined;
  const states = offered.identities.map(({ identity }) => tickets.open(identity));
  const index = states.findIndex((state) => state && suiteOf(state.suite)?.hash === suite.hash);
  const state = states[index];
  if (!state) return undefined;
  const { mode } = yield* decide(serverPoints.resume, {
    age: ageOf(state, tickets.now()),
    lifetime: state.lifetime,
    modes: findExtension(hello.extensions, 'psk_key_exchange_modes')?.modes ?? [],
  });
  if (!mode) return undefined;
  const binder = offered.binders[index] ?? new Uint8Array(0);
  const holds = Buffer.from(binderOf(hello.bytes, hello, state, suite, hello.before)).equals(binder);
  const { require } = yield* decide(serverPoints.onBinder, { holds });
  yield* tell({ what: 'check', name: 'binder', holds, required: require === 'binder' });
  if (!holds && require === 'binder') refuse('decrypt_error', 'the binder is not by a holder of the session’s key'); // 6.2
  return { index, state, mode: pskModes[mode] };
}

/** NewSessionTicket (4.6.1), for clients that can use one: each with a key of its own, all that must be remembered inside. */
export function* sendTickets(
  c: Connection,
  { tickets, entropy }: ServerSetup,
  { suite }: Keys,
  { master }: ApplicationSecrets,
  hello: ClientHello,
  protocol: string | undefined,
): Protocol<void> {
  if (!tickets || !findExtension(hello.extensions, 'psk_key_exchange_modes')) return;
  const { count } = yield* decide(serverPoints.sendTickets, { wanted: tickets.count ?? 1 });
  const resumption = schedule.resumptionSecret(suite, master, c.transcript.hash());
  for (let number = 0; number < count; number++) {
    const nonce = Uint8Array.of(number);
    const state: SessionState = {
      suite: suite.id,
      psk: schedule.resumptionPsk(suite, resumption, nonce),
      ageAdd: Buffer.from(entropy(`ticket age ${number}`, 4)).readUInt32BE(),
      lifetime: Math.min(tickets.lifetime ?? 7200, longestLifetime),
      since: tickets.now(),
      maxEarlyData: tickets.maxEarlyData ?? 0,
      ...(protocol === undefined ? {} : { protocol }),
    };
    const { ageAdd, lifetime, maxEarlyData: maxSize } = state;
    const extensions: Extension[] = maxSize ? [{ name: 'early_data', maxSize }] : [];
    const message = encodeNewSessionTicket(
      { lifetime, ageAdd, nonce, ticket: tickets.seal(state), extensions },
      c.recording,
    );
    yield* tellMessage(c, 'sent', message);
    yield* sendContent(c, contentTypes.handshake, message.bytes, message);
  }
}
