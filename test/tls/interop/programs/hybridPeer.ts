// Node's own TLS, in a Node whose OpenSSL has X25519MLKEM768: a server until it is ended, or a client that asks once.
// Its argument is { role, options } in JSON; the server prints its port, the client the answer, both their secrets.
import type https from 'node:https';
import type { AddressInfo } from 'node:net';
import { ask, httpsAgent, httpsServer } from '../nodeHttp.ts';

const { role, options } = JSON.parse(process.argv[2] ?? '{}') as {
  readonly role: 'server' | 'client';
  readonly options: https.ServerOptions & https.RequestOptions;
};
const onSecret = (line: string) => void process.stderr.write(line);

if (role === 'server') {
  const server = httpsServer(options, onSecret);
  server.listen(0, '127.0.0.1', () => console.log(`port ${(server.address() as AddressInfo).port}`));
} else process.stdout.write(await ask({ ...options, agent: httpsAgent({}, onSecret) }));
