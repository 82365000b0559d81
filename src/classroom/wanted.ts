// What becomes of a batch before it is kept: events held against their schema, keys hashed.
import { createHmac } from 'node:crypto';
import type { Wanted } from './eventStore.ts';
import { type CompetitionEvent, eventSchema } from './events.ts';

export interface Checked {
  /** Of the key, under the salt of the competition. */
  readonly key?: string;
  readonly event: CompetitionEvent;
}

/**
 * A batch as it is kept. Throws where an event is none: it could not be read again.
 *
 * A key may have a player's name in it, and outlives the erasure of the player. So only an HMAC-SHA256 of it is kept, its
 * first 32 hexadecimal digits: no name can be read from it, though whoever has the salt too can try one that they guess.
 */
export const checked = (batch: readonly Wanted[], salt: string): readonly Checked[] =>
  batch.map(({ key, event }) => ({
    ...(key === undefined ? {} : { key: createHmac('sha256', salt).update(key).digest('hex').slice(0, 32) }),
    event: eventSchema.parse(event),
  }));

/** The player whose event it is, if it is one's. */
export const playerOf = (event: CompetitionEvent): string | undefined => ('player' in event ? event.player : undefined);
