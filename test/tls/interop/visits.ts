// What is left of a visit for the test to judge, whoever the peer was.
import type { LiveEvent } from '../../../src/live/drive.ts';
import type { Outcome } from '../../../src/tls/endpoint.ts';
import { hex } from '../world.ts';
import type { Column, Terms } from './table.ts';

export interface Visit {
  readonly told: readonly LiveEvent[];
  readonly transport: Outcome<void>;
  /** What came to whoever asked. */
  readonly heard: string;
  /** The secrets as the peer wrote them down, in the form of SSLKEYLOGFILE: of this connection, perhaps of others as well. */
  readonly keyLog: string;
}
export type Visits = (terms: Terms) => Promise<readonly Visit[]>;
export type Peers = Readonly<Partial<Record<Column, Visits>>>;

/** Every secret that the peer wrote down about this connection. OpenSSL calls those of a KeyUpdate `_N`, whatever their number. */
export function secretsOf({ told, keyLog }: Visit): readonly string[] {
  const [hello] = told.flatMap((one) => (one.what === 'secret' ? [hex(one.clientRandom)] : []));
  return keyLog.split('\n').filter((line) => hello !== undefined && line.split(' ')[1] === hello);
}
/** As the engine told them, under the names that OpenSSL has for them. */
export const ownSecretsOf = ({ told }: Visit): readonly string[] =>
  told.flatMap((one) =>
    one.what === 'secret' ? [`${one.label.replace(/_[1-9]$/, '_N')} ${hex(one.clientRandom)} ${hex(one.value)}`] : [],
  );
