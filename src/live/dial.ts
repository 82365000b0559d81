// A TCP connection to a server, or one sentence on why there is none.
import { connect, type Socket } from 'node:net';
import type { Target } from './target.ts';

/** What did not come about: what happened and what it means, in one or two sentences. */
export interface Failure {
  readonly ok: false;
  readonly says: string;
}
export const failure = (says: string): Failure => ({ ok: false, says });

/** Connects; gives up after `patience` milliseconds. */
export function dial(
  target: Pick<Target, 'host' | 'port'>,
  patience: number,
): Promise<{ readonly ok: true; readonly socket: Socket } | Failure> {
  return new Promise((resolve) => {
    const socket = connect({ host: target.host, port: target.port, allowHalfOpen: true });
    const timer = setTimeout(() => {
      socket.destroy();
      resolve(failure(noConnection('ETIMEDOUT', target)));
    }, patience);
    socket.once('connect', () => {
      clearTimeout(timer);
      // Whoever reads from it listens for its errors; until then one must not end the program.
      socket.on('error', () => {});
      socket.setNoDelay(true);
      resolve({ ok: true, socket });
    });
    socket.once('error', (error) => {
      clearTimeout(timer);
      resolve(failure(noConnection(codeOf(error), target)));
    });
  });
}

/** Of a name with several addresses, each has its error: that of the first is told. */
function codeOf(error: NodeJS.ErrnoException): string {
  if (error.code) return error.code;
  const [first] = error instanceof AggregateError ? (error.errors as NodeJS.ErrnoException[]) : [];
  return first?.code ?? error.message;
}

function noConnection(code: string, { host, port }: Pick<Target, 'host' | 'port'>): string {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_NONAME':
    case 'EAI_NODATA':
      return `DNS knows no address of ${host}: the name is misspelt, or it is not to be found from here.`;
    case 'EAI_AGAIN':
      return `The DNS server does not answer, so ${host} has no address: there is no network here, or it lets no questions out.`;
    case 'ECONNREFUSED':
      return `${host} refused the connection: the machine is there, but nothing listens on port ${port}.`;
    case 'ETIMEDOUT':
      return `${host} does not answer on port ${port}: it is down, or a firewall drops what is sent to it.`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return `No way leads to ${host} from here: this machine has no network, or none of that kind of address.`;
    case 'ECONNRESET':
      return `${host} broke the connection off before anything was said: something on the way, or the server, does not want it.`;
    default:
      return `There is no connection to ${host}, port ${port} (${code}).`;
  }
}
