// What a level shows by names of the field: messages, secrets, checks and alerts of a play that goes well.
import type { Event } from '../scenarios/network.ts';
import type { Scenarios } from '../scenarios/index.ts';
import { entropy } from '../tls/entropy.ts';
import type { EntryKind } from './codex.ts';
import type { Level } from './level.ts';
import { after } from './play.ts';
import { byReference, nothingBefore, simulate } from './simulate.ts';

export interface Shown {
  readonly kind: EntryKind;
  readonly name: string;
}

/** Of every act in every world, for one seed, with the reference's answers. Each once, in the order of first sight. */
export function shownIn(level: Level, scenarios: Scenarios): Shown[] {
  const scenario = scenarios.get(level.scenario);
  const seen = new Map<string, Shown>();
  if (!scenario) return [];
  let before = nothingBefore;
  try {
    for (const act of level.acts) {
      const situation = { scenario, act, draw: entropy('shown'), before };
      const [first] = act.worlds.map((world) => {
        const played = simulate(situation, world, byReference);
        for (const one of played.events.flatMap(named)) seen.set(`${one.kind} ${one.name}`, one);
        return played;
      });
      if (first) before = after({ act, you: first.you, taken: first.taken }, before);
    }
  } catch {
    // A level that cannot be played shows nothing more; the prover says what is wrong with it.
  }
  return [...seen.values()];
}

/** What is told of one thing alone, as `name (other.example)`, belongs to the name. */
function named(event: Event): Shown[] {
  switch (event.what) {
    case 'message':
    case 'check':
      return [{ kind: event.what, name: event.name.replace(/(?: \(|:).*$/, '') }];
    case 'secret':
      return [{ kind: 'secret', name: event.label }];
    case 'alert':
      return [{ kind: 'alert', name: event.alert }];
    default:
      return [];
  }
}
