// The title: the name, a padlock that shuts, and where to go.
import { useEffect, useState } from 'react';
import { useGame, useGameState } from '../game.ts';
import type { Entry } from '../menu.ts';
import { startingUp } from './Map.tsx';
import { TitleView } from './TitleView.tsx';

export function Title() {
  const { store, quit } = useGame();
  const still = useGameState((state) => state.still);
  const [isShut, setShut] = useState(still);
  useEffect(() => {
    const timer = setTimeout(() => setShut(true), 350);
    return () => clearTimeout(timer);
  }, []);
  const progress = useGameState((state) => state.progress);
  const notice = useGameState((state) => (state.busy ? startingUp : (state.said ?? state.notices.at(-1))));
  const next = store.actions.next();
  const does: Readonly<Record<Entry['to'], () => void>> = {
    play: () => next && store.actions.start(next),
    map: () => store.actions.show('map'),
    drill: () => store.actions.show('drill'),
    codex: () => store.actions.show('codex'),
    live: () => store.actions.show('live'),
    certificate: () => store.actions.show('certificate'),
    classroom: () => store.actions.show('classroom'),
    settings: () => store.actions.show('settings'),
    help: () => store.actions.lay('help'),
    quit,
  };
  return (
    <TitleView
      isShut={isShut}
      isNew={!Object.keys(progress.levels).length}
      next={next?.title ?? ''}
      notice={notice}
      onSelect={(to) => does[to]()}
    />
  );
}
