// To listen on a port, or to say why that cannot be.
import { isIPv6, type Server } from 'node:net';
import { type Failure, failure } from './dial.ts';

interface Place {
  readonly host: string;
  /** 0 takes one that is free. */
  readonly port: number;
}

/** Listens; or says in one sentence why it cannot. */
export function listening(listener: Server, { host, port }: Place): Promise<Failure | undefined> {
  return new Promise((resolve) => {
    listener.once('error', (error: NodeJS.ErrnoException) =>
      resolve(failure(cannotListen(error.code ?? '', host, port))),
    );
    listener.listen({ host, port }, () => resolve(undefined));
  });
}

function cannotListen(code: string, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Another program listens on port ${port} already: end it, or take another port with --port.`;
    case 'EACCES':
      return `This user may not listen on port ${port}: take one from 1024 up with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `This machine has no address ${host} to listen on.`;
    default:
      return `Nothing can listen on ${isIPv6(host) ? `[${host}]` : host}, port ${port} (${code}).`;
  }
}
