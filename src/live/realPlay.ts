// Plays a run with a real program on the other side. The connection stays open while the player thinks; where an answer was
// taken back, a new one is made, and what stands is played anew.
import { isDeepStrictEqual } from 'node:util';
import type { Run } from '../game/attempt.ts';
import { playing, type Snapshot } from '../game/play.ts';
import type { Staged, Staging } from '../game/simulate.ts';
import type { Scenarios } from '../scenarios/index.ts';
import type { RealPeer } from '../scenarios/realPeer.ts';
import { type Conversation, converse } from './conversation.ts';
import { type Failure, failure } from './dial.ts';
import type { Named } from './programs.ts';
import { findClient } from './realClients.ts';
import { findServer } from './realServers.ts';

export interface RealPlay {
  /** One run after the other. Throws BadRun as `play` does. */
  readonly play: (run: Run) => Promise<{ readonly ok: true; readonly snapshot: Snapshot } | Failure>;
  /** Ends what is still open. */
  readonly close: () => void;
}

export function realPlay(scenarios: Scenarios): RealPlay {
  let open: (Conversation & { readonly run: Run; readonly world: Staging['world'] }) | undefined;
  const names = new Map<RealPeer['plays'], Promise<Named>>();
  const nameOf = (plays: RealPeer['plays']): Promise<Named> => {
    const found = names.get(plays) ?? (plays === 'server' ? findServer() : findClient());
    names.set(plays, found);
    return found;
  };
  const close = () => {
    open?.close();
    open = undefined;
  };

  const stage = async (staging: Staging, run: Run): Promise<Staged | Failure> => {
    const { real } = staging.scene;
    if (!real) throw new TypeError(`${run.level.id} has nobody who is real`);
    const named = await nameOf(real.plays);
    if (!(open?.waits() && open.world === staging.world && continues(open.run, run))) close();
    open = { ...(open ?? converse(staging, real, named)), run, world: staging.world };
    const came = await open.goOn(staging.answer);
    if (!came.ok) return came;
    return { events: came.events, words: { ...named } };
  };

  return {
    async play(run) {
      const play = playing(run, scenarios);
      let step = play.next();
      while (!step.done) {
        const staged = await stage(step.value, run);
        if ('ok' in staged) {
          close();
          return staged;
        }
        step = play.next(staged);
      }
      const snapshot = step.value;
      if (snapshot.outcome === 'missed' && !snapshot.slip) return failure(lostIn(snapshot));
      return { ok: true, snapshot };
    },
    close,
  };
}

/** The same run, and perhaps more answers. */
const continues = (before: Run, now: Run): boolean =>
  before.level.id === now.level.id &&
  before.seed === now.seed &&
  isDeepStrictEqual(now.answers.slice(0, before.answers.length), before.answers);

/** No answer was wrong, and yet the program did not do its part. */
function lostIn({ acts }: Snapshot): string {
  const seen = acts.at(-1);
  const complaint = seen?.events.findLast((event) => event.what === 'note' && event.by !== seen.you);
  const why = complaint?.what === 'note' ? ` It says ${complaint.text}.` : '';
  return `${seen?.words.version ?? 'The program'} ended the connection, although no answer was wrong.${why} Begin the level again to go on.`;
}
