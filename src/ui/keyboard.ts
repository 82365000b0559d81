// The keyboard: what is read from the terminal reaches the game as keys, one at a time, each after the screen has taken the one
// before. Text that pours in although nobody types so fast was pasted, and is no answer to anything.
import { leaveKey, nothingHeld, patienceFor, type Scan, scan, settled, suspendKey } from './sequences.ts';

/** More keys than hands press without a pause; one that is held down repeats itself, and counts less. */
const most = 16;
const repeated = 1 / 8;
/** A pause, in ms: after keys, and after so many that they were pasted. */
const pause = 25;
const longPause = 250;

/** Keys on their way to the game. */
export interface Typed {
  /** Takes what was read. */
  readonly take: (text: string) => void;
  /** The next key; null where there is none. */
  readonly next: () => string | null;
  readonly waits: () => boolean;
  readonly close: () => void;
}

export interface Listeners {
  /** A key has come without anything being read. */
  readonly onKey: () => void;
  /** Ctrl+Z was pressed. */
  readonly onSuspend: () => void;
}

export function typed({ onKey, onSuspend }: Listeners): Typed {
  let held: Scan = nothingHeld;
  let waiting: string[] = [];
  let pressed = 0;
  let last = '';
  const rested = silence(() => {
    pressed = 0;
  });
  const ended = silence(() => {
    waiting.push(...settled(held));
    held = nothingHeld;
    if (waiting.length) onKey();
  });
  return {
    take(text) {
      const { keys, now } = scan(held, text);
      held = now;
      for (const key of keys) {
        pressed += key === last ? repeated : 1;
        last = key;
        if (key === leaveKey) waiting = [key];
        else if (pressed > most) waiting = waiting.filter((one) => one === leaveKey);
        else if (key === suspendKey) onSuspend();
        else waiting.push(key);
      }
      rested.begin(pressed > most ? longPause : pause);
      ended.begin(patienceFor(held));
    },
    next: () => waiting.shift() ?? null,
    waits: () => waiting.length > 0,
    close() {
      rested.begin(undefined);
      ended.begin(undefined);
    },
  };
}

/** Makes the stream give keys, one a read, and calls back for Ctrl+Z. Gives what undoes it. */
export function readKeys(stdin: NodeJS.ReadStream, onSuspend: () => void): () => void {
  const read = stdin.read.bind(stdin);
  const more = () => void stdin.emit('readable');
  const keys = typed({ onKey: more, onSuspend });
  let isResting = false;
  stdin.read = ((size?: number) => {
    for (let chunk: string | Buffer | null = read(size); chunk !== null; chunk = read(size))
      keys.take(chunk.toString());
    if (isResting) return null;
    const key = keys.next();
    if (keys.waits()) {
      isResting = true;
      setTimeout(() => {
        isResting = false;
        more();
      }, 0);
    }
    return key;
  }) as typeof stdin.read;
  return () => {
    keys.close();
    stdin.read = read;
  };
}

/** Calls back once it has been silent for so long. A busy program comes late: what waits to be read is read first. */
function silence(callback: () => void) {
  let timer: NodeJS.Timeout | undefined;
  let afterReading: NodeJS.Immediate | undefined;
  return {
    /** From now on; `undefined` is for ever. */
    begin(milliseconds: number | undefined) {
      clearTimeout(timer);
      clearImmediate(afterReading);
      if (milliseconds !== undefined)
        timer = setTimeout(() => {
          afterReading = setImmediate(callback);
        }, milliseconds);
    },
  };
}
