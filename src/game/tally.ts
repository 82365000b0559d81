// What a proof did and found.
import type { World } from './level.ts';
import type { Taken } from './simulate.ts';

/** Where a level does not do what its file says. */
export interface ProofFault {
  /** Index of the act, from 0. */
  readonly act: number;
  readonly step?: string;
  /** The choice's id, or `otherwise`. */
  readonly choice?: string;
  readonly message: string;
}
export type Place = Omit<ProofFault, 'message'>;

/** More than a level needs that can be proven in seconds. */
const mostPlays = 20_000;
/** Ends the whole proof, where every other error is a fault of one place. */
export class ProofEnds extends Error {}
export class TooManyPlays extends ProofEnds {}

export type Tally = ReturnType<typeof newTally>;
/** `enough` says of each new fault whether it ends the proof. */
export function newTally(enough: (fault: ProofFault) => boolean) {
  const found = new Map<string, ProofFault>();
  const tally = {
    plays: 0,
    picks: 0,
    steps: new Set<string>(),
    choices: new Set<string>(),
    worlds: new Set<string>(),
    faults: (): ProofFault[] => [...found.values()],
    /** The first fault of a place is kept: the others mostly say the same for another seed or path. */
    fault(fault: ProofFault): void {
      const key = keyOf(fault);
      if (found.has(key)) return;
      found.set(key, fault);
      if (enough(fault)) throw new ProofEnds();
    },
    has: (place: Place): boolean => found.has(keyOf(place)),
    judged({ step, choice }: Taken): void {
      tally.choices.add(`${step.id} ${choice}`);
    },
    play(act: number, world: World): void {
      if (++tally.plays > mostPlays) throw new TooManyPlays(`it takes more than ${mostPlays} plays to prove`);
      tally.worlds.add(`${act} ${world.name}`);
    },
    /** What a scenario or a run throws is a fault of the level at this place. */
    guard(place: Place, body: () => void): void {
      try {
        body();
      } catch (error) {
        if (error instanceof ProofEnds) throw error;
        tally.fault({ ...place, message: `it cannot be played: ${error instanceof Error ? error.message : error}` });
      }
    },
  };
  return tally;
}

/** Whether a fault is at that place, or at a choice of that step. */
export const isAt = (place: Place, fault: ProofFault): boolean =>
  fault.act === place.act && fault.step === place.step && (place.choice === undefined || fault.choice === place.choice);

const keyOf = ({ act, step = '', choice = '' }: Place) => `${act} ${step} ${choice}`;
