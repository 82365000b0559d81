// A TLS connection to a host whose key is known. Nothing is said on it before the key was seen to be that one.
import { isIP, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { dial, type Failure } from '../live/dial.ts';
import { type Address, addressInWords } from './address.ts';
import { certifiedKey } from './joinCode.ts';

/**
 * What did not come about, in a sentence. `away`: it may, if it is tried again. `other key`: somebody else answers there, and
 * was told nothing. `strange`: what came is not what a host says.
 */
export interface Trouble extends Failure {
  readonly why: 'away' | 'other key' | 'strange';
}
export const trouble = (why: Trouble['why'], says: string): Trouble => ({ ok: false, why, says });

export interface Call {
  readonly ok: true;
  /** Errors on it end nothing: whoever uses it listens for them, or for its end. */
  readonly socket: TLSSocket;
  /** The SubjectPublicKeyInfo of its certificate. */
  readonly key: Uint8Array;
}

/**
 * Connects, and asks whether the key is the expected one; otherwise gives what is wrong, having sent nothing but a handshake.
 * `patience` in ms: for the connection, and once more for the handshake. No certificate is judged in any other way: neither by
 * its dates nor by its names nor by who signed it. No session is resumed, so each connection proves the key anew.
 */
export async function call(
  address: Address,
  patience: number,
  isExpected: (key: Uint8Array) => boolean | Promise<boolean>,
): Promise<Call | Trouble> {
  const dialled = await dial(address, patience);
  if (!dialled.ok) return trouble('away', dialled.says);
  // A host that ends its side has ended: what is kept for later is not kept then.
  dialled.socket.allowHalfOpen = false;
  const secured = await secure(dialled.socket, address, patience);
  if (!('key' in secured)) return secured;
  try {
    if (await isExpected(secured.key)) return secured;
    secured.socket.destroy();
    return trouble(
      'other key',
      `This is not the host whose code you typed: another key answers at ${addressInWords(address)}. Nothing was sent to it.`,
    );
  } catch {
    secured.socket.destroy();
    return trouble('away', 'To check the code takes 128 MiB of memory, which this machine does not have now.');
  }
}

function secure(raw: Socket, { host, port }: Address, patience: number): Promise<Call | Trouble> {
  const where = addressInWords({ host, port });
  return new Promise((resolve) => {
    const socket = connect({
      socket: raw,
      // Whether it is trusted is asked below.
      rejectUnauthorized: false,
      // Before 1.3 a server could show another certificate later, in a renegotiation.
      minVersion: 'TLSv1.3',
      ALPNProtocols: ['http/1.1'],
      ...(isIP(host) ? {} : { servername: host }),
    });
    const end = (result: Call | Trouble) => {
      clearTimeout(timer);
      if (!result.ok) socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(
      () => end(trouble('away', `${where} took the connection, and then does not go on with TLS.`)),
      patience,
    );
    socket.on('error', (error: NodeJS.ErrnoException) => end(noHandshake(error.code ?? '', where)));
    socket.once('close', () => end(noHandshake('ECONNRESET', where)));
    socket.once('secureConnect', () => {
      const key = keyOn(socket);
      end(key ? { ok: true, socket, key } : trouble('strange', `${where} shows a key that cannot be read.`));
    });
  });
}

function noHandshake(code: string, where: string): Trouble {
  if (/^ERR_SSL_.*ALERT/.test(code))
    return trouble(
      'strange',
      `${where} speaks TLS, but does not want to as a host of HTTPS Quest does: ${alertIn(code)}.`,
    );
  if (/^ERR_SSL_|^EPROTO/.test(code))
    return trouble('strange', `${where} does not speak TLS: another program than HTTPS Quest listens there.`);
  return trouble('away', `${where} broke the connection off in the middle of the handshake.`);
}

/** `ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION`, as OpenSSL calls it. */
const alertIn = (code: string): string =>
  code
    .replace(/^ERR_SSL_.*?ALERT_/, '')
    .toLowerCase()
    .replace(/[^a-z_]/g, '');

function keyOn(socket: TLSSocket): Uint8Array | undefined {
  try {
    const certificate = socket.getPeerX509Certificate();
    return certificate && certifiedKey(certificate);
  } catch {
    return undefined;
  }
}
