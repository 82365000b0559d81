// For whom something changed, and when last, by event number: what the streams tell players.
import type { Competition } from './competition.ts';
import type { CompetitionEvent, Stored } from './events.ts';
import type { News } from './streams.ts';

export interface Changes {
  readonly note: (events: readonly Stored[]) => void;
  /** `competition` with the same events. */
  readonly newsOf: (competition: Competition, player: string) => News;
}

/** What every player's own place has in it. */
const forAll = new Set<CompetitionEvent['type']>(['round', 'state']);
/** What a player's program did itself, it knows. */
const known = new Set<CompetitionEvent['type']>(['began', 'moved', 'code']);

export function changes(): Changes {
  const own = new Map<string, number>();
  let all = 0;
  return {
    note(events) {
      for (const { number, event } of events) {
        if (forAll.has(event.type)) all = number;
        if ('player' in event && event.player !== undefined && !known.has(event.type)) own.set(event.player, number);
      }
    },
    newsOf: ({ shown }, player) => ({ board: shown, standing: Math.max(all, own.get(player) ?? 0) }),
  };
}
