// The stage: names, padlocks, and the messages, the newest of which flies in.
import { useEffect, useState } from 'react';
import { legsOf } from '../../game/view.ts';
import { isFlying, type Playing } from '../../store/playing.ts';
import { useGame, useGameState } from '../game.ts';
import { headLines, ladderLines } from '../ladder.ts';
import type { Layout } from '../layout.ts';
import { Lines } from './Lines.tsx';

/** How long a packet flies, and how long all of them may take together. */
const oneFlight = 400;
const allFlights = 3_000;
const frame = 40;

export function Ladder({ playing, layout }: { readonly playing: Playing; readonly layout: Layout }) {
  const { store } = useGame();
  const still = useGameState((state) => state.still);
  const { stage, landed } = playing;
  const flying = isFlying(playing);
  const [flight, setFlight] = useState(0);
  const waiting = stage.rows.length - landed;
  const [queue, setQueue] = useState(waiting);
  if (flying && waiting > queue) setQueue(waiting);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each packet that has landed lets the next one fly
  useEffect(() => {
    if (!flying) {
      setQueue(0);
      return;
    }
    if (still) {
      store.actions.land(true);
      return;
    }
    const long = Math.max(80, Math.min(oneFlight, allFlights / Math.max(1, queue)));
    let elapsed = 0;
    setFlight(0);
    const timer = setInterval(() => {
      elapsed += frame;
      if (elapsed < long) setFlight(elapsed / long);
      else {
        clearInterval(timer);
        store.actions.land();
      }
    }, frame);
    return () => clearInterval(timer);
  }, [flying, landed, queue, still, store]);
  const lines = ladderLines({
    stage,
    layout,
    landed: playing.phase === 'brief' ? 0 : landed,
    flight: flying && !still ? flight : undefined,
    selected: rowLookedAt(playing),
    focused: playing.focus === 'ladder',
    quiet: playing.aside === 'notebook' || (playing.phase === 'verdict' && playing.snapshot.slip !== undefined),
  });
  // A padlock tells the truth of what has arrived.
  const legs = legsOf(stage.cast, stage.rows.slice(0, playing.phase === 'brief' ? 0 : landed));
  return <Lines of={[...headLines({ stage: { ...stage, legs }, layout }), ...lines]} width={layout.columns} />;
}

function rowLookedAt({ message, phase, snapshot, stage: { rows } }: Playing): number | undefined {
  const { dump = [] } = snapshot.waiting ?? {};
  if (phase !== 'ask' || !dump.length) return message;
  const wire = dump[message]?.wire;
  const index = rows.findLastIndex(
    ({ layers }) => wire !== undefined && layers[0] !== undefined && Buffer.compare(layers[0].bytes, wire) === 0,
  );
  return index < 0 ? undefined : index;
}
