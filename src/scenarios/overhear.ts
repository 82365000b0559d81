// Who listens at a cable: keeps what passes, and reads what can be read.
import { type Link, type Protocol, receive, Refusal, tell } from '../tls/effects.ts';
import { type ClientHello, decodeClientHello } from '../tls/messages/clientHello.ts';
import { findExtension } from '../tls/messages/extensions.ts';
import { contentTypes, handshakeTypes } from '../tls/registry.ts';
import { describeHttp, parseHttp } from './http.ts';

export interface Heard {
  readonly link: Link;
  readonly bytes: Uint8Array;
  /** Who said it. */
  readonly from?: string;
}

/** What passes on those taps until both sides of each have ended; `note` may say something of it at once. */
export function* hear(
  taps: readonly Link[],
  note: (bytes: Uint8Array) => Protocol<void> = silent,
): Protocol<readonly Heard[]> {
  const heard: Heard[] = [];
  const open = new Map(taps.map((link) => [link, 2]));
  while (open.size) {
    const received = yield* receive(...open.keys());
    if ('bytes' in received) {
      heard.push(received);
      yield* note(received.bytes);
      continue;
    }
    const left = (open.get(received.link) ?? 1) - 1;
    if (left) open.set(received.link, left);
    else open.delete(received.link);
  }
  return heard;
}
function* silent(): Protocol<void> {}

/** Keeps all that passes, and notes what she can read, of hellos too if `hellos`; until so many streams have ended. */
export function* overhear(streams: number, hellos: boolean): Protocol<void> {
  yield* tell({ what: 'kept', label: 'everything' });
  for (let open = streams; open; ) {
    const heard = yield* receive('air');
    if ('end' in heard) {
      open--;
      continue;
    }
    const http = describeHttp(heard.bytes);
    if (http)
      yield* tell({
        what: 'note',
        text: `I read ${http.name}. ${parseHttp(heard.bytes).body || 'There is no more in it.'}`,
      });
    else if (hellos && helloIn(heard.bytes)) yield* tell({ what: 'note', text: readHello(heard.bytes) });
    else if (heard.bytes[0] === contentTypes.handshake && heard.bytes[5] === handshakeTypes.certificate)
      yield* tell({ what: 'note', text: 'A certificate goes by in the clear. I know whose it is.' });
    else if (heard.bytes[0] === 23)
      yield* tell({ what: 'note', text: `${heard.bytes.length} sealed bytes. I cannot read them.` });
  }
}

function readHello(bytes: Uint8Array): string {
  const name = findExtension(helloIn(bytes)?.extensions ?? [], 'server_name')?.host;
  return name ? `I read the ClientHello. It names the site: ${name}.` : 'I read the ClientHello. It names no site.';
}

/** The ClientHello that these bytes of a cable begin with, or nothing. */
export function helloIn(bytes: Uint8Array): ClientHello | undefined {
  if (bytes[0] !== contentTypes.handshake) return undefined;
  try {
    return decodeClientHello(bytes.subarray(5), false);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
