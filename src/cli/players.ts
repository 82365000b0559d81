// Who plays a run: the model, or, where a level has a real program on its other side, that program. Sockets are loaded only then.
import type { Run } from '../game/attempt.ts';
import { play, type Snapshot } from '../game/play.ts';
import type { RealPlay } from '../live/realPlay.ts';
import { scenarios } from '../scenarios/index.ts';

export interface Players {
  /** Gives one sentence where the program on the other side cannot play. Throws BadRun as `play` does. */
  readonly play: (run: Run) => Promise<Snapshot | { readonly says: string }>;
  /** Ends what is still open. */
  readonly close: () => void;
}

export function playersFor(): Players {
  let real: RealPlay | undefined;
  return {
    async play(run) {
      if (run.level.proof !== 'live') return play(run, scenarios);
      real ??= (await import('../live/realPlay.ts')).realPlay(scenarios);
      const played = await real.play(run);
      return played.ok ? played.snapshot : { says: played.says };
    },
    close: () => real?.close(),
  };
}
