// Where a server of TLS 1.3 has a choice, and what a correct one does.
import * as z from 'zod';
import type { Finding } from '../authentication.ts';
import { decisionPoint } from '../effects.ts';
import { exchangePoints } from '../exchange.ts';
import { pskModes } from '../registry.ts';
import { groupNumber, suiteNumber, versionNumber } from '../schema.ts';

interface Menu {
  readonly offered: readonly number[];
  readonly supported: readonly number[];
}

export const serverPoints = {
  /** How the version is said: in the old field, and in supported_versions (null leaves that out, as TLS 1.2 does). */
  selectVersion: decisionPoint<{ readonly offered: readonly number[] }>()(
    'server.selectVersion',
    '8446 4.2.1',
    z.strictObject({ legacyVersion: versionNumber.default(0x0303), extension: versionNumber.nullable() }),
    () => ({ legacyVersion: 0x0303, extension: 0x0304 }),
  ),
  /** null: none fits. */
  selectSuite: decisionPoint<Menu>()(
    'server.selectSuite',
    '8446 4.1.3',
    z.strictObject({ suite: suiteNumber.nullable() }),
    ({ offered, supported }) => ({ suite: supported.find((suite) => offered.includes(suite)) ?? null }),
  ),
  /** A share to answer with: drawn now, or the client's own sent back; or a HelloRetryRequest for another group; null: none fits. */
  selectShare: decisionPoint<Menu & { readonly shares: readonly number[] }>()(
    'server.selectShare',
    '8446 4.2.8',
    z.union([
      z.strictObject({ group: groupNumber, source: z.enum(['fresh', 'echo']) }),
      z.strictObject({ retry: groupNumber }),
      z.null(),
    ]),
    ({ supported, offered, shares }) => {
      const group = supported.find((candidate) => shares.includes(candidate));
      if (group !== undefined) return { group, source: 'fresh' as const };
      const retry = supported.find((candidate) => offered.includes(candidate));
      return retry === undefined ? null : { retry };
    },
  ),
  /** A ticket of this server's own. Whether to go on with its session, and how; `modes` are those that the client takes. */
  resume: decisionPoint<{ readonly age: number; readonly lifetime: number; readonly modes: readonly number[] }>()(
    'server.resume',
    '8446 4.2.11',
    z.strictObject({ mode: z.enum(['psk_dhe_ke', 'psk_ke']).nullable() }),
    ({ age, lifetime, modes }) => {
      if (age < 0 || age >= lifetime) return { mode: null };
      if (modes.includes(pskModes.psk_dhe_ke)) return { mode: 'psk_dhe_ke' as const };
      return { mode: modes.includes(pskModes.psk_ke) ? ('psk_ke' as const) : null };
    },
  ),
  onBinder: decisionPoint<{ readonly holds: boolean }>()(
    'server.onBinder',
    '8446 4.2.11.2',
    z.strictObject({ require: z.enum(['binder', 'nothing']) }),
    () => ({ require: 'binder' as const }),
  ),
  /** Early data that could be taken. `once`: if it is fresh and did not come before; `always`: whoever sends it again is served again. */
  acceptEarlyData: decisionPoint<{ readonly fresh: boolean; readonly seen: boolean }>()(
    'server.acceptEarlyData',
    '8446 8',
    z.strictObject({ accept: z.enum(['never', 'once', 'always']) }),
    () => ({ accept: 'once' as const }),
  ),
  /** How many tickets to give. */
  sendTickets: decisionPoint<{ readonly wanted: number }>()(
    'server.sendTickets',
    '8446 4.6.1',
    z.strictObject({ count: z.number().int().min(0).max(8) }),
    ({ wanted }) => ({ count: wanted }),
  ),
  /** Whether to ask the client for a certificate. */
  requestCertificate: decisionPoint<{ readonly wanted: boolean }>()(
    'server.requestCertificate',
    '8446 4.3.2',
    z.strictObject({ request: z.boolean() }),
    ({ wanted }) => ({ request: wanted }),
  ),
  /** Which findings about the client's chain must hold, and whether one may come without a certificate. */
  acceptClient: decisionPoint<{
    readonly anonymous: boolean;
    readonly optional: boolean;
    readonly findings: readonly Finding[];
  }>()(
    'server.acceptClient',
    '8446 4.4.2.4',
    z.strictObject({
      require: z.union([z.literal('all'), z.array(z.string().max(40)).max(20)]),
      anonymous: z.enum(['serve', 'refuse']),
    }),
    ({ optional }) => ({
      require: 'all' as const,
      anonymous: optional ? ('serve' as const) : ('refuse' as const),
    }),
  ),
  onCertificateVerify: decisionPoint<{ readonly holds: boolean }>()(
    'server.onCertificateVerify',
    '8446 4.4.3',
    z.strictObject({ require: z.enum(['signature', 'nothing']) }),
    () => ({ require: 'signature' as const }),
  ),
  onFinished: decisionPoint<{ readonly holds: boolean }>()(
    'server.onFinished',
    '8446 4.4.4',
    z.strictObject({ require: z.enum(['verifyData', 'nothing']) }),
    () => ({ require: 'verifyData' as const }),
  ),
  /**
   * The application wants to know who the client is, after the handshake. `context` is what tells requests apart: drawn anew,
   * which nobody foresees; counted; or always the same. The rule: a client that offered it is asked, with a new context.
   */
  requestLater: decisionPoint<{ readonly offered: boolean; readonly inFlight: number }>()(
    'server.requestLater',
    '8446 4.6.2',
    z.strictObject({ request: z.boolean(), context: z.enum(['random', 'count', 'same']).default('random') }),
    ({ offered }) => ({ request: offered, context: 'random' as const }),
  ),
  ...exchangePoints('server'),
};
