// Those who follow a store: each reads on from where it is whenever it is woken.
import { type EventStore, StoreFault } from './eventStore.ts';

export interface Followers extends Pick<EventStore, 'follow'> {
  /** There may be more to read. */
  readonly wake: () => void;
  /** No follower is told anything any more. */
  readonly end: () => void;
}

/** Where `read` rejects with StoreFault, a follower stays where it is until it is woken again. */
export function followers(read: EventStore['read']): Followers {
  const all = new Set<() => void>();
  return {
    follow(after, tell) {
      let at = after;
      let reading = false;
      let more = false;
      const readOn = async () => {
        more = true;
        if (reading) return;
        reading = true;
        while (more && all.has(wake)) {
          more = false;
          const events = await read(at).catch(nothingIfAway);
          const newest = events.at(-1);
          if (!newest || !all.has(wake)) continue;
          at = newest.number;
          more = true;
          tell(events);
        }
        reading = false;
      };
      const wake = () => void readOn();
      all.add(wake);
      wake();
      return () => void all.delete(wake);
    },
    wake() {
      for (const wake of all) wake();
    },
    end: () => all.clear(),
  };
}

function nothingIfAway(error: unknown): [] {
  if (error instanceof StoreFault) return [];
  throw error;
}
