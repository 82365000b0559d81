// The HTTPS listener of a host. Whoever is slow, or says nothing, is cut off: a class comes in at the same moment.
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Failure } from '../live/dial.ts';
import { listening } from '../live/listening.ts';

interface Setup {
  /** PEM. */
  readonly key: string;
  readonly certificate: string;
  /** Where to listen: `::` on all addresses. */
  readonly host: string;
  /** 0 takes one that is free. */
  readonly port: number;
  readonly fetch: Parameters<typeof createAdaptorServer>[0]['fetch'];
}
export interface Listener {
  readonly ok: true;
  readonly port: number;
  /** Takes no more, lets what is being answered be finished for a second, then cuts off. */
  readonly close: () => Promise<void>;
}

/** In ms. A connection that was opened, a handshake, and a request's headers; then the whole request. */
const times = { handshakeTimeout: 5_000, headersTimeout: 5_000, requestTimeout: 10_000, keepAliveTimeout: 30_000 };
/** How often Node.js looks whether one of these is over, in ms. */
const looking = 500;
const mostConnections = 6_000;
const goodbye = 1_000;

export async function listen({ key, certificate, host, port, fetch }: Setup): Promise<Listener | Failure> {
  const server = createAdaptorServer({
    fetch,
    createServer,
    // What is global stays as Node.js has it.
    overrideGlobalObjects: false,
    serverOptions: {
      key,
      cert: certificate,
      minVersion: 'TLSv1.3',
      ALPNProtocols: ['http/1.1'],
      connectionsCheckingInterval: looking,
      maxHeaderSize: 8 * 1024,
      ...times,
    },
  }) as ReturnType<typeof createServer>;
  server.maxConnections = mostConnections;
  // Scans, and handshakes that break off, are their own affair.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  const problem = await listening(server, { host, port });
  if (problem) return problem;
  return {
    ok: true,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), goodbye).unref();
      }),
  };
}
