// Server-sent events (WHATWG HTML 9.2): each player is told that something changed, never what; the player's program then asks.
import { problem } from './problems.ts';
import { heartbeat } from './wire.ts';

/** By event number, when what a player may ask for changed last. */
export interface News {
  readonly board: number;
  readonly standing: number;
}
interface Setup {
  /** Called before players are told: what they will ask for is then there. */
  readonly before: () => void;
  /** The number of the last event that is known here. */
  readonly head: () => number;
  /** For the player of a token; nothing where it is no player's any more. */
  readonly newsOf: (token: string) => News | undefined;
  /** Streams at a time; further players ask now and then instead. */
  readonly most: number;
}
export interface Streams {
  /** Tells what came after the event of that number, and goes on. */
  readonly open: (token: string, after: number) => Response;
  /** Something may have changed. */
  readonly wake: () => void;
  readonly close: () => void;
}

/** Between two times that players are told, in ms: four a second. */
const pause = 250;
const encoder = new TextEncoder();

interface Stream {
  readonly token: string;
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  /** All up to this event was told. */
  told: number;
}

export function streams({ before, head, newsOf, most }: Setup): Streams {
  const all = new Set<Stream>();
  let timer: NodeJS.Timeout | undefined;
  let last = Number.NEGATIVE_INFINITY;

  const end = (stream: Stream): void => {
    if (all.delete(stream)) stream.controller.close();
  };
  // Whoever reads slowly is told later, and then of all at once: nothing piles up.
  function tell(stream: Stream): void {
    if ((stream.controller.desiredSize ?? 0) <= 0) return;
    const number = head();
    const news = newsOf(stream.token);
    const kinds = (['board', 'standing'] as const).filter((kind) => !news || news[kind] > stream.told);
    stream.told = Math.max(stream.told, number);
    if (kinds.length) stream.controller.enqueue(encoder.encode(kinds.map((kind) => told(kind, number)).join('')));
    if (!news) end(stream);
  }
  function tellAll(): void {
    timer = undefined;
    last = performance.now();
    before();
    for (const stream of [...all]) tell(stream);
  }
  const life = setInterval(() => {
    for (const { controller } of all)
      if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(':\n\n'));
  }, heartbeat).unref();

  return {
    open(token, after) {
      if (all.size >= most)
        return problem(503, 'The host tells as many players at a time as it can. Ask for the board now and then.', {
          type: 'later',
          headers: { 'retry-after': '30' },
        });
      let stream: Stream | undefined;
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          stream = { token, controller, told: after };
          all.add(stream);
          before();
          tell(stream);
        },
        pull() {
          if (stream) tell(stream);
        },
        cancel() {
          if (stream) all.delete(stream);
        },
      });
      return new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } });
    },
    wake() {
      timer ??= setTimeout(tellAll, Math.max(0, last + pause - performance.now()));
    },
    close() {
      clearInterval(life);
      clearTimeout(timer);
      for (const stream of [...all]) end(stream);
    },
  };
}

const told = (kind: keyof News, number: number): string =>
  `id: ${number}\nevent: ${kind}\ndata: {"number":${number}}\n\n`;
