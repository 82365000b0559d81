// What went over the cables as connections: who called whom, and the pieces in their order. Only what the player's actor saw.
import type { Seen } from '../game/simulate.ts';
import { viewFor } from '../scenarios/facts.ts';

export interface Piece {
  /** Index of the conversation among all of the run. */
  readonly conversation: number;
  /** Said by who called, or by who was called. */
  readonly from: 'caller' | 'called';
  /** Nothing where this side closes its direction. */
  readonly bytes: Uint8Array | undefined;
}
export interface Conversation {
  /** Index of the act, from 0. */
  readonly act: number;
  readonly caller: string;
  readonly called: string;
  readonly transport: 'tcp' | 'udp';
  /** Of the called side. */
  readonly port: number;
}
export interface Overheard {
  readonly conversations: readonly Conversation[];
  readonly pieces: readonly Piece[];
  /** Every actor of the run, in the order of the acts and their casts. */
  readonly actors: readonly string[];
  readonly secrets: readonly Secret[];
}
/** A line of a key log (RFC 9850). */
export interface Secret {
  readonly label: string;
  readonly clientRandom: Uint8Array;
  readonly value: Uint8Array;
}

/** What the player's actors saw and know, over all acts of a run. */
export function overheard(acts: readonly Seen[]): Overheard {
  const conversations: Conversation[] = [];
  const pieces: Piece[] = [];
  const secrets: Secret[] = [];
  const actors = new Set<string>();
  for (const [act, { you, cast, events }] of acts.entries()) {
    for (const { actor } of cast) actors.add(actor);
    const open = new Map<string, number>();
    for (const event of viewFor(you, events)) {
      if (event.what === 'secret' && event.by === you) secrets.push(event);
      if (event.what !== 'wire' && event.what !== 'closed') continue;
      const cable = `${[event.by, event.to].sort().join(' ')} ${event.label}`;
      let conversation = open.get(cable);
      if (conversation === undefined) {
        // Whoever closes what was never used has said nothing.
        if (event.what === 'closed') continue;
        conversation = conversations.length;
        open.set(cable, conversation);
        conversations.push({ act, caller: event.by, called: event.to, ...placeOf(event.label, event.bytes) });
      }
      pieces.push({
        conversation,
        from: conversations[conversation]?.caller === event.by ? 'caller' : 'called',
        bytes: event.what === 'wire' ? event.bytes : undefined,
      });
    }
  }
  return { conversations, pieces, actors: [...actors], secrets };
}

/** A cable that is called `port 80`, or `her visit, port 80`, is on that port; otherwise the first byte tells TLS from text. */
function placeOf(label: string | undefined, [first]: Uint8Array): Pick<Conversation, 'transport' | 'port'> {
  const named = Number(/(?:^|, )port (\d+)$/.exec(label ?? '')?.[1] ?? 0);
  const port = named || (first === 22 || first === 20 || first === 21 || first === 23 ? 443 : 80);
  return { port, transport: port === 53 ? 'udp' : 'tcp' };
}
