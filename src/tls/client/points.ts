// Where a client of TLS 1.3 has a choice, and what a correct one does.
import * as z from 'zod';
import type { Finding } from '../authentication.ts';
import { decisionPoint } from '../effects.ts';
import { exchangePoints } from '../exchange.ts';
import { groupNumber, suiteNumber, versionNumber } from '../schema.ts';

type Defaults = { readonly reference: readonly number[] };

export const clientPoints = {
  /** Which versions to offer, and what the old version fields say. */
  offerVersions: decisionPoint<Defaults>()(
    'client.offerVersions',
    '8446 4.2.1',
    z.strictObject({
      recordVersion: versionNumber.default(0x0301),
      legacyVersion: versionNumber.default(0x0303),
      list: z.array(versionNumber).max(64).nullable(),
    }),
    ({ reference }) => ({ recordVersion: 0x0301, legacyVersion: 0x0303, list: [...reference] }),
  ),
  offerSuites: decisionPoint<Defaults>()(
    'client.offerSuites',
    '8446 4.1.2',
    z.strictObject({ suites: z.array(suiteNumber).min(1).max(64) }),
    ({ reference }) => ({ suites: [...reference] }),
  ),
  /** The groups to list and those to send a share of; null leaves the extension out. */
  offerKeys: decisionPoint<{ readonly groups: readonly number[]; readonly shares: readonly number[] }>()(
    'client.offerKeys',
    '8446 4.2.8',
    z.strictObject({
      groups: z.array(groupNumber).max(64).nullable(),
      shares: z.array(groupNumber).max(64).nullable(),
    }),
    ({ groups, shares }) => ({ groups: [...groups], shares: [...shares] }),
  ),
  serverName: decisionPoint<{ readonly host: string }>()(
    'client.serverName',
    '6066 3',
    z.strictObject({ name: z.string().max(255).nullable() }),
    ({ host }) => ({ name: host }),
  ),
  /** Which findings about the chain must hold; `stop` ends the handshake whatever they say. */
  acceptChain: decisionPoint<{ readonly host: string; readonly findings: readonly Finding[] }>()(
    'client.acceptChain',
    '8446 4.4.2.4',
    z.strictObject({
      require: z.union([z.literal('all'), z.array(z.string().max(40)).max(20)]),
      stop: z.boolean().default(false),
    }),
    () => ({ require: 'all' as const, stop: false }),
  ),
  onCertificateVerify: decisionPoint<{ readonly holds: boolean }>()(
    'client.onCertificateVerify',
    '8446 4.4.3',
    z.strictObject({ require: z.enum(['signature', 'nothing']) }),
    () => ({ require: 'signature' as const }),
  ),
  onFinished: decisionPoint<{ readonly holds: boolean }>()(
    'client.onFinished',
    '8446 4.4.4',
    z.strictObject({ require: z.enum(['verifyData', 'nothing']) }),
    () => ({ require: 'verifyData' as const }),
  ),
  /** Whether to offer a session, and how its key may be used. The rule: while it lives, to the same host, with a key exchange. */
  offerSession: decisionPoint<{ readonly age: number; readonly lifetime: number; readonly sameHost: boolean }>()(
    'client.offerSession',
    '8446 4.2.11',
    z.strictObject({
      offer: z.boolean(),
      modes: z
        .array(z.enum(['psk_ke', 'psk_dhe_ke']))
        .min(1)
        .max(2),
    }),
    ({ age, lifetime, sameHost }) => ({
      offer: sameHost && age >= 0 && age < lifetime,
      modes: ['psk_dhe_ke' as const],
    }),
  ),
  /** Whether to send data at once. The rule: what the application gives for it, if the server takes as much. */
  sendEarlyData: decisionPoint<{ readonly bytes: number; readonly most: number }>()(
    'client.sendEarlyData',
    '8446 4.2.10',
    z.strictObject({ send: z.boolean() }),
    ({ bytes, most }) => ({ send: bytes <= most }),
  ),
  /** The server did not take the early data. The rule: it is sent again, now that the server has proven itself. */
  onEarlyRefused: decisionPoint<{ readonly bytes: number }>()(
    'client.onEarlyRefused',
    '8446 4.2.10',
    z.strictObject({ again: z.boolean() }),
    () => ({ again: true }),
  ),
  /** A server asks who the client is. The rule: whoever has a certificate that the server can check shows it. */
  sendCertificate: decisionPoint<{ readonly available: boolean; readonly fits: boolean }>()(
    'client.sendCertificate',
    '8446 4.4.2',
    z.strictObject({ certificate: z.enum(['own', 'none']) }),
    ({ available, fits }) => ({ certificate: available && fits ? ('own' as const) : ('none' as const) }),
  ),
  /** Whether a server may ask who the client is after the handshake as well. The rule: where it was set so. */
  offerPostHandshakeAuth: decisionPoint<{ readonly wanted: boolean }>()(
    'client.offerPostHandshakeAuth',
    '8446 4.2.6',
    z.strictObject({ offer: z.boolean() }),
    ({ wanted }) => ({ offer: wanted }),
  ),
  /**
   * A server asks after the handshake. `offer`: it was told that it may; `fresh`: this connection saw no request with that
   * context. `later`: the answer waits until the client sends something else, and may overtake others.
   */
  onCertificateRequest: decisionPoint<{ readonly offered: boolean; readonly fresh: boolean }>()(
    'client.onCertificateRequest',
    '8446 4.6.2',
    z.strictObject({
      require: z.union([z.literal('all'), z.array(z.enum(['offer', 'fresh'])).max(2)]).default('all'),
      answer: z.enum(['now', 'later']).default('now'),
    }),
    () => ({ require: 'all' as const, answer: 'now' as const }),
  ),
  ...exchangePoints('client'),
};
