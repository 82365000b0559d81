// A request to a host over its agent, and the answer. What a host answers is not to be trusted, whoever it is: it is bounded in
// size and time, it is JSON, and it leads nowhere else.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type Agent, request as httpsRequest } from 'node:https';
import { type Address, addressInWords } from './address.ts';
import { type Trouble, trouble } from './call.ts';
import { mostOfAnswer } from './wire.ts';

export interface Answer {
  readonly ok: true;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** What the JSON says, as yet held against no schema. Undefined with the status 204 and 304, which have no body. */
  readonly body: unknown;
}

export interface RequestOptions {
  /** For `If-None-Match`: what the answer's `etag` was the last time. */
  readonly etag?: string;
  /** In ms, for all of it. */
  readonly patience?: number;
  /**
   * Whether it does no harm if the host gets it twice. It is then sent again, once, where a connection that was kept turns
   * out to be closed. Of GET it is so.
   */
  readonly repeatable?: boolean;
}

/** Carries what went wrong through the machinery of node:http. */
export class Told extends Error {
  readonly trouble: Trouble;
  constructor(told: Trouble) {
    super(told.says);
    this.trouble = told;
  }
}

export interface Line {
  readonly address: Address;
  readonly agent: Agent;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}
export interface Asked extends Omit<RequestOptions, 'patience'> {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string | undefined;
  readonly lastEvent?: number;
}

/** Sends a request and reads the answer. `until`: as `performance.now()` counts. Any status is an answer, but for redirects. */
export async function request(line: Line, asked: Asked, until: number): Promise<Answer | Trouble> {
  const response = await ask(line, asked, until);
  return 'why' in response ? response : answerOf(line, response, until);
}

/** Sends a request, and gives the answer as soon as its head has come. */
export async function ask(line: Line, asked: Asked, until: number): Promise<IncomingMessage | Trouble> {
  const { repeatable = asked.method === 'GET' } = asked;
  const once = await askOnce(line, asked, until);
  if (!('stale' in once)) return once;
  if (!repeatable) return once.stale;
  const again = await askOnce(line, asked, until);
  return 'stale' in again ? again.stale : again;
}

/** `stale`: the connection was a kept one, and broke before anything came. */
function askOnce(
  line: Line,
  { method, path, body, token, etag, lastEvent }: Asked,
  until: number,
): Promise<IncomingMessage | Trouble | { readonly stale: Trouble }> {
  const { address, agent, signal } = line;
  const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  return new Promise((resolve) => {
    const sent = httpsRequest({
      ...address,
      agent,
      signal,
      method,
      path,
      headers: {
        accept: lastEvent === undefined ? 'application/json' : 'text/event-stream',
        ...(payload ? { 'content-type': 'application/json', 'content-length': payload.length } : {}),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(etag === undefined ? {} : { 'if-none-match': etag }),
        ...(lastEvent === undefined ? {} : { 'last-event-id': String(lastEvent) }),
      },
    });
    const timer = setTimeout(() => sent.destroy(tooSlow(address)), until - performance.now());
    sent.once('response', (response) => {
      clearTimeout(timer);
      // What goes wrong later is told where the answer is read.
      sent.once('error', (error) => response.destroy(error));
      resolve(response);
    });
    // An answer that changes the protocol ends without an error.
    sent.once('close', () => {
      clearTimeout(timer);
      resolve(troubleFrom(undefined, line));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const told = troubleFrom(error, line);
      resolve(sent.reusedSocket && /^(?:ECONNRESET|EPIPE)$/.test(error.code ?? '') ? { stale: told } : told);
    });
    sent.end(payload);
  });
}

/** Reads an answer to its end. */
export async function answerOf(line: Line, response: IncomingMessage, until: number): Promise<Answer | Trouble> {
  const { statusCode: status = 0, headers } = response;
  const where = addressInWords(line.address);
  const refuse = (says: string): Trouble => {
    response.destroy();
    return trouble('strange', says);
  };
  if (status >= 300 && status < 400 && status !== 304)
    return refuse(`${where} sends on to another place, which a host of HTTPS Quest does not do: nobody follows.`);
  // RFC 9110 15.5.9: the host had no patience with the connection.
  if (status === 408) {
    response.destroy();
    return troubleFrom(undefined, line);
  }
  const timer = setTimeout(() => response.destroy(tooSlow(line.address)), until - performance.now());
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of response as AsyncIterable<Uint8Array>) {
      size += piece.length;
      if (size > mostOfAnswer) return refuse(`${where} answers with more than a mebibyte: the rest was not read.`);
      pieces.push(piece);
    }
  } catch (error) {
    return troubleFrom(error, line);
  } finally {
    clearTimeout(timer);
  }
  if (status === 204 || status === 304) return { ok: true, status, headers, body: undefined };
  const body = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(headers['content-type'] ?? '')
    ? parsed(pieces)
    : undefined;
  return body
    ? { ok: true, status, headers, body: body.value }
    : trouble(
        'strange',
        `${where} answered with something that is not JSON (status ${status}): it is no host of HTTPS Quest.`,
      );
}

function parsed(pieces: readonly Uint8Array[]): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces))) };
  } catch {
    return undefined;
  }
}

const tooSlow = (address: Address): Told =>
  new Told(trouble('away', `${addressInWords(address)} took too long to answer: it is busy, or the network is weak.`));

export function troubleFrom(error: unknown, { address, signal }: Line): Trouble {
  const where = addressInWords(address);
  if (signal.aborted) return trouble('away', `The connection to ${where} was ended here.`);
  if (error instanceof Told) return error.trouble;
  const { code = '' } = (error ?? {}) as NodeJS.ErrnoException;
  if (code.startsWith('HPE_')) return trouble('strange', `What ${where} answers is no HTTP.`);
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO')
    return trouble('strange', `What ${where} sends cannot be decrypted, or is no TLS any more.`);
  return trouble('away', `The connection to ${where} broke: the host has ended, or the network is not steady.`);
}
