// Eve at a cable: she keeps what passes and reads what can be read.
import { type Protocol, receive, Refusal, tell } from '../tls/effects.ts';
import { type ClientHello, decodeClientHello } from '../tls/messages/clientHello.ts';
import { findExtension } from '../tls/messages/extensions.ts';
import { contentTypes } from '../tls/registry.ts';
import { describeHttp, parseHttp } from './http.ts';

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
    else if (heard.bytes[0] === 23)
      yield* tell({ what: 'note', text: `${heard.bytes.length} sealed bytes. I cannot read them.` });
  }
}

function readHello(bytes: Uint8Array): string {
  const name = findExtension(helloIn(bytes)?.extensions ?? [], 'server_name')?.host;
  return name ? `I read the ClientHello. It names the site: ${name}.` : 'I read the ClientHello. It names no site.';
}

/** The ClientHello that these bytes of a cable begin with, or nothing. */
function helloIn(bytes: Uint8Array): ClientHello | undefined {
  if (bytes[0] !== contentTypes.handshake) return undefined;
  try {
    return decodeClientHello(bytes.subarray(5), false);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
