// The state as server-sent events: when something has changed, and at most four times a second.
import { setTimeout as sleep } from 'node:timers/promises';
import { heartbeat } from './wire.ts';

export interface Changing {
  /** Calls the listener after each change, until what it gives is called. */
  readonly changed: (listener: () => void) => () => void;
}

/** Milliseconds between two of them. */
const leastPause = 250;

/** Writes the state now and after changes, as the reader takes it: a slow one gets fewer, never old ones. Until `stop`. */
export function eventStream(state: () => string, { changed }: Changing, stop: AbortSignal): ReadableStream<Uint8Array> {
  let due = true;
  let wake = () => {};
  let timer: NodeJS.Timeout | undefined;
  const off = changed(() => {
    due = true;
    wake();
  });
  const onStop = () => wake();
  stop.addEventListener('abort', onStop);
  const end = () => {
    off();
    clearTimeout(timer);
    stop.removeEventListener('abort', onStop);
    wake();
  };
  let ended = false;
  let sent = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        if (!due && !stop.aborted)
          await new Promise<void>((resolve) => {
            wake = resolve;
            timer = setTimeout(resolve, heartbeat);
          });
        clearTimeout(timer);
        const pause = sent + leastPause - performance.now();
        if (pause > 0 && due) await sleep(pause, undefined, { signal: stop }).catch(() => {});
        if (ended) return;
        if (stop.aborted) {
          ended = true;
          end();
          controller.close();
          return;
        }
        const text = due ? `data: ${state()}\n\n` : ': still here\n\n';
        due = false;
        sent = performance.now();
        controller.enqueue(Buffer.from(text));
      },
      cancel() {
        ended = true;
        end();
      },
    },
    { highWaterMark: 1 },
  );
}
