// Server-sent events that go on after each break where they were.
import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type Trouble, trouble } from './call.ts';
import { eventReader } from './eventReader.ts';
import type { Answer } from './exchange.ts';
import { heartbeat, mostOfAnswer } from './wire.ts';

export type News =
  /** The host answers: events follow. */
  | { readonly what: 'open' }
  /** `number`: of the newest event in the log that it knows of. `data`: what the JSON says, as yet held against no schema. */
  | { readonly what: 'event'; readonly number?: number; readonly name: string; readonly data: unknown }
  /** There is no connection, and in so many ms it is tried again. */
  | { readonly what: 'lost'; readonly trouble: Trouble; readonly again: number }
  /** The host does not give these events to this token. It is not tried again. */
  | { readonly what: 'refused'; readonly answer: Answer };

/** In ms. Before the first new try, then twice as long each time, up to the longest; and how long a host may be silent. */
export interface Waits {
  readonly first: number;
  readonly longest: number;
  readonly silence: number;
}
export const usualWaits: Waits = { first: 1000, longest: 15_000, silence: 3 * heartbeat };

export interface Following {
  /** The number of the event after which they are wanted. */
  readonly after: number;
  readonly tell: (news: News) => void;
  readonly waits: Waits;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Asks for the events behind a number, on a connection that has shown its key. */
  readonly open: (after: number, signal: AbortSignal) => Promise<IncomingMessage | Trouble>;
  readonly answerOf: (response: IncomingMessage) => Promise<Answer | Trouble>;
  readonly broken: (error: unknown) => Trouble;
}

/** Gives what ends it; nothing is told from then on. */
export function followEvents(following: Following): () => void {
  const ending = new AbortController();
  const end = () => ending.abort();
  if (following.signal.aborted) end();
  following.signal.addEventListener('abort', end, { once: true });
  // What the listener throws is its own, and no trouble of the connection.
  const tell = (news: News) => queueMicrotask(() => ending.signal.aborted || following.tell(news));
  void follow({ ...following, signal: ending.signal, tell }).finally(() =>
    following.signal.removeEventListener('abort', end),
  );
  return end;
}

async function follow(following: Following): Promise<void> {
  const { tell, waits, signal, open } = following;
  let { after } = following;
  let wait = waits.first;
  const heard = (news: News & { readonly what: 'event' }) => {
    after = news.number ?? after;
    // It works again: not what was before the break counts.
    wait = waits.first;
    tell(news);
  };
  while (!signal.aborted) {
    const response = await open(after, signal);
    const ended: Ended = 'why' in response ? response : await read(following, response, signal, heard);
    if (ended.ok) return tell({ what: 'refused', answer: ended });
    // Thirty players whose Wi-Fi comes back do not all come back in the same moment.
    const again = Math.round(Math.max(wait * (0.5 + Math.random() / 2), ended.notBefore ?? 0));
    tell({ what: 'lost', trouble: ended, again });
    wait = Math.min(2 * wait, waits.longest);
    await pause(again, undefined, { signal }).catch(() => {});
  }
}

/** `notBefore`: in ms. */
type Ended = Answer | (Trouble & { readonly notBefore?: number });

/** Reads events until the stream ends. Gives an answer where it is none, but a refusal that will stay one. */
async function read(
  { tell, waits, answerOf, broken }: Following,
  response: IncomingMessage,
  signal: AbortSignal,
  heard: (news: News & { readonly what: 'event' }) => void,
): Promise<Ended> {
  const { statusCode: status, headers } = response;
  if (status !== 200) {
    const answer = await answerOf(response);
    if (!answer.ok) return answer;
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) return answer;
    return {
      ...trouble('away', `The host gives no events just now (status ${status}).`),
      notBefore: secondsIn(headers['retry-after']) * 1000,
    };
  }
  if (!/^text\/event-stream\s*(?:;|$)/i.test(headers['content-type'] ?? '')) {
    response.destroy();
    return trouble('strange', 'What the host answers are no events.');
  }
  tell({ what: 'open' });
  let spoilt: string | undefined;
  const take = eventReader(mostOfAnswer, ({ data, ...event }) => {
    const value = spoilt === undefined ? parsed(data) : undefined;
    if (value) heard({ what: 'event', ...event, ...value });
    else spoilt ??= 'An event of the host is not JSON.';
  });
  const decoder = new TextDecoder();
  const silence = setTimeout(() => response.destroy(silent), waits.silence);
  try {
    for await (const piece of response as AsyncIterable<Uint8Array>) {
      silence.refresh();
      if (!take(decoder.decode(piece, { stream: true }))) spoilt ??= 'An event of the host is longer than a mebibyte.';
      if (spoilt !== undefined || signal.aborted) break;
    }
  } catch (error) {
    return error === silent ? trouble('away', 'The host has said nothing for a while.') : broken(error);
  } finally {
    clearTimeout(silence);
  }
  return spoilt === undefined ? trouble('away', 'The host has ended the events.') : trouble('strange', spoilt);
}

/** RFC 9110 10.2.3; at most five minutes. */
const secondsIn = (retryAfter = ''): number => (/^\d{1,9}$/.test(retryAfter) ? Math.min(Number(retryAfter), 300) : 0);

const silent = new Error('silent');

function parsed(text: string): { readonly data: unknown } | undefined {
  try {
    return { data: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
