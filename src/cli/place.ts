// A player's place in a competition, as long as it is played on: its log, its lock, and the session with the host.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { StoreFault } from '../classroom/eventStore.ts';
import { takeLock } from '../classroom/lockFile.ts';
import { forgetSeat, type KeptSeat, playerFolder, readStanding, writeStanding } from '../classroom/seat.ts';
import { openSession, type Session, type Transport } from '../classroom/session.ts';
import { openLog } from '../store/log.ts';

export interface Place {
  readonly session: Session;
  /** Ends the session; what is kept for the host stays. */
  readonly close: () => void;
}

/** Opens it; or a sentence on why that cannot be. `folder` is that of the competition. */
export function openPlace(folder: string, seat: KeptSeat, transport: Transport): Place | string {
  const own = playerFolder(folder, seat);
  const log = openLog(own);
  const unlock = lock(join(own, 'lock'));
  if (typeof unlock === 'string') return unlock;
  const session = openSession({
    transport,
    token: seat.token,
    log,
    standing: readStanding(own),
    keepStanding: (standing) => writeStanding(own, standing),
    draw: () => randomBytes(9).toString('hex'),
  });
  return {
    session,
    close() {
      const { over } = session.state();
      // Who is taken out may come back, at another place.
      if (over && over.word !== 'version') forgetSeat(folder);
      session.close();
      unlock();
    },
  };
}

/** Two windows would play the same attempts, and each would be half of the other's. */
function lock(path: string): (() => void) | string {
  try {
    return takeLock(path);
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
    return `You play in this competition in another window already: go on there. If there is none, delete ${path}.`;
  }
}
