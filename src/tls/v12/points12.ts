// The decisions of TLS 1.2 that TLS 1.3 has not, or in which a correct implementation does otherwise.
import * as z from 'zod';
import { clientPoints } from '../client.ts';
import { decisionPoint } from '../effects.ts';
import { versions } from '../registry.ts';
import { groupNumber } from '../schema.ts';
import { serverPoints } from '../server.ts';

const { offerVersions, offerSuites, offerKeys, serverName, acceptChain, onFinished, onEndOfStream, endSending } =
  clientPoints;

export const client12Points = {
  /** A client of TLS 1.2 alone says so in the old field; supported_versions came with TLS 1.3. */
  offerVersions: {
    ...offerVersions,
    reference: () => ({ recordVersion: 0x0301, legacyVersion: versions['TLS 1.2'], list: null }),
  },
  offerSuites,
  offerKeys,
  serverName,
  acceptChain,
  onFinished,
  /** Whether the keys shall hang on the whole handshake, and whether a server that cannot do that is left. */
  extendedMasterSecret: decisionPoint<object>()(
    'client.extendedMasterSecret',
    '7627 5.2',
    z.strictObject({ offer: z.boolean(), require: z.boolean() }),
    () => ({ offer: true, require: false }),
  ),
  /** The server's choice; `marker` says that its random admits to TLS 1.3, while this client offered that.
   * `sendEarly`: data leaves ahead of the server's Finished (RFC 7918). */
  onServerHello: decisionPoint<{ readonly suite: number; readonly marker: boolean }>()(
    'client.onServerHello',
    '8446 4.1.3',
    z.strictObject({
      onMarker: z.enum(['illegal_parameter', 'ignore']).default('illegal_parameter'),
      stop: z.boolean().default(false),
      sendEarly: z.boolean().default(false),
    }),
    () => ({ onMarker: 'illegal_parameter' as const, stop: false, sendEarly: false }),
  ),
  onServerKeyExchange: decisionPoint<{ readonly holds: boolean }>()(
    'client.onServerKeyExchange',
    '8422 5.4',
    z.strictObject({ require: z.enum(['signature', 'nothing']) }),
    () => ({ require: 'signature' as const }),
  ),
  /** What is locked for the server's RSA key: the version and 46 fresh bytes, or these bytes (hex). */
  premaster: decisionPoint<{ readonly version: number }>()(
    'client.premaster',
    '5246 7.4.7.1',
    z.strictObject({
      secret: z.union([
        z.literal('fresh'),
        z
          .string()
          .max(490)
          .refine((bytes) => /^(?:[0-9a-f]{2})+$/.test(bytes), 'bytes in hexadecimal'),
      ]),
    }),
    () => ({ secret: 'fresh' as const }),
  ),
  onEndOfStream,
  endSending,
};

export const server12Points = {
  selectSuite: serverPoints.selectSuite,
  onFinished: serverPoints.onFinished,
  /** Whether the random says that this server speaks TLS 1.3. */
  downgradeMarker: decisionPoint<{ readonly speaks13: boolean }>()(
    'server.downgradeMarker',
    '8446 4.1.3',
    z.strictObject({ write: z.boolean() }),
    ({ speaks13 }) => ({ write: speaks13 }),
  ),
  extendedMasterSecret: decisionPoint<{ readonly offered: boolean }>()(
    'server.extendedMasterSecret',
    '7627 5.2',
    z.strictObject({ answer: z.boolean(), require: z.boolean() }),
    ({ offered }) => ({ answer: offered, require: false }),
  ),
  /** The curve of ServerKeyExchange; null: none fits. */
  selectGroup: decisionPoint<{ readonly offered: readonly number[]; readonly supported: readonly number[] }>()(
    'server.selectGroup',
    '8422 5.1.1',
    z.strictObject({ group: groupNumber.nullable() }),
    ({ offered, supported }) => ({ group: supported.find((group) => offered.includes(group)) ?? null }),
  ),
  /** A locked secret that is none: to go on with a random one tells nobody; an alert answers whoever asks a million times. */
  onPremaster: decisionPoint<{ readonly padded: boolean; readonly length: number }>()(
    'server.onPremaster',
    '5246 7.4.7.1',
    z.strictObject({ onBadPadding: z.enum(['random', 'alert']) }),
    () => ({ onBadPadding: 'random' as const }),
  ),
  onEndOfStream: serverPoints.onEndOfStream,
  endSending: serverPoints.endSending,
};
