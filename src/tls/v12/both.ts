// A client of TLS 1.3 and TLS 1.2: one hello for both, and then the handshake that the server chose (RFC 8446 4.2.1, D.1).
import { client, type ClientSetup } from '../client.ts';
import type { Connection } from '../connection.ts';
import { decide, type Protocol } from '../effects.ts';
import type { Outcome } from '../endpoint.ts';
import { type Extension, findExtension } from '../messages/extensions.ts';
import { decodeServerHello, isRetry } from '../messages/serverHello.ts';
import { handshakeTypes, versions } from '../registry.ts';
import { supportedSuites } from '../suites.ts';
import { handshake } from './client.ts';
import { peekMessage } from './handshake12.ts';
import { client12Points } from './points12.ts';
import { supportedSchemes12 } from './signatures12.ts';
import { supportedSuites12 } from './suites12.ts';

/** A whole connection in either version. Versions, suites and signatures are those of both where left out. */
export const clientOfBoth = (setup: ClientSetup): Protocol<Outcome<void>> =>
  client({
    ...setup,
    versions: setup.versions ?? [versions['TLS 1.3'], versions['TLS 1.2']],
    suites: setup.suites ?? [...supportedSuites, ...supportedSuites12],
    schemes: setup.schemes ?? supportedSchemes12,
    arrange: (extensions) => {
      // In front: a pre_shared_key must stay the last. A second hello has them already.
      const all = [...older.filter(({ name }) => !findExtension(extensions, name)), ...extensions];
      return setup.arrange?.(all) ?? all;
    },
    *older(c, hello) {
      if (!(yield* choosesOlder(c))) return false;
      const { require } = yield* decide(client12Points.extendedMasterSecret, {});
      yield* handshake(c, setup, { hello, requiresExtendedMasterSecret: require });
      return true;
    },
  });

/** What TLS 1.2 adds to a hello; a server of TLS 1.3 passes it over. */
const older: readonly Extension[] = [
  { name: 'extended_master_secret' },
  { name: 'renegotiation_info', connection: new Uint8Array(0) },
  { name: 'ec_point_formats', formats: [0] },
];

/** A ServerHello without supported_versions. Whatever else comes is for the client of TLS 1.3 to say something about. */
function* choosesOlder(c: Connection): Protocol<boolean> {
  const message = yield* peekMessage(c);
  if (message[0] !== handshakeTypes.server_hello) return false;
  const hello = decodeServerHello(message, false);
  return !isRetry(hello) && findExtension(hello.extensions, 'supported_versions') === undefined;
}
