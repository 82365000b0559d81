// Mallory in the café: its resolver gives out her address. She shows Bob's pages, which she fetches, and reads what is sent to her.
import { close, type Link, over, type Protocol, send, stack, tell } from '../tls/effects.ts';
import { together } from './actors.ts';
import { describeHttp, formDecode, parseHttp, readMessage } from './http.ts';
import { hear } from './overhear.ts';

/** `tls` gives a TLS server of hers. */
export function* impersonateByAddress(tls: (port: Link) => Protocol<unknown>): Protocol<void> {
  yield* tell({ what: 'kept', label: 'everything' });
  yield* tell({ what: 'note', text: 'I am Mallory. The resolver of this café says what I want: my own address.' });
  const noted = new Set<string>();
  yield* together(
    over('named 80', copy(noted)),
    ...['named 443', 'named again'].map((port) => over(port, stack(untrusted(), tls(port)))),
    hear(['air 80', 'air 443', 'air doh'], (bytes) => notePassword(bytes, noted)),
  );
}

/** Hands every request on to Bob and every answer back: the page is his, to the byte. */
function* copy(noted: Set<string>): Protocol<void> {
  for (;;) {
    const request = yield* readMessage();
    if (!request) break;
    yield* notePassword(request, noted);
    yield* send(request, 'bob');
    const answer = yield* over('bob', readMessage());
    if (!answer) break;
    const { start } = parseHttp(request);
    if (start.startsWith('POST /login ') && parseHttp(answer).start.includes(' 200 '))
      yield* tell({ what: 'note', text: 'I typed it at Bob’s. He greets me as Alice, before she sees her page.' });
    yield* send(answer);
  }
  yield* close('bob');
  yield* close();
}

/** What she would show over HTTPS. It never comes to that with a browser that checks her certificate. */
function* untrusted(): Protocol<void> {
  yield* readMessage();
  yield* close();
}

function* notePassword(bytes: Uint8Array, noted: Set<string>): Protocol<void> {
  const { body } = describeHttp(bytes) ? parseHttp(bytes) : { body: '' };
  for (const [, value = ''] of body.matchAll(/(?:pass|new)=([^&\s]+)/g)) {
    const password = formDecode(value);
    if (noted.has(password)) continue;
    noted.add(password);
    yield* tell({ what: 'note', text: `A password of Alice’s, in the clear: ${password}` });
  }
}
