// Those who follow a store: each reads on from where it is whenever it is woken.
import { type EventStore, StoreFault } from './eventStore.ts';

export interface Followers extends Pick<EventStore, 'follow'> {
  /** There may be more to read. */
  readonly wake: () => void;
  /** No follower is told anything any more. */
  readonly end: () => void;
}

/** Where `read` rejects with StoreFault, a follower says so and stays where it is until it is woken again. */
export function followers(read: EventStore['read']): Followers {
  const all = new Set<() => void>();
  return {
    follow(after, tell, heard = () => {}) {
      let at = after;
      let reading = false;
      let more = false;
      const readOn = async () => {
        more = true;
        if (reading) return;
        reading = true;
        while (more && all.has(wake)) {
          more = false;
          const events = await read(at).catch(ifAway);
          if (!all.has(wake)) break;
          if (events instanceof StoreFault) {
            heard(events);
            continue;
          }
          heard(undefined);
          const newest = events.at(-1);
          if (!newest) continue;
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

function ifAway(error: unknown): StoreFault {
  if (error instanceof StoreFault) return error;
  throw error;
}
