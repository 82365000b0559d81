// The title: the name, a padlock that shuts, and where to go.
import { Box } from 'ink';
import { useEffect, useState } from 'react';
import { Choices } from '../components/Choices.tsx';
import { Footer } from '../components/Footer.tsx';
import { Lines } from '../components/Lines.tsx';
import { useGame, useGameState, useSize } from '../game.ts';
import { type Line, span } from '../spans.ts';
import { titleLines } from '../title.ts';
import { startingUp } from './Map.tsx';

export function Title() {
  const { store, quit } = useGame();
  const size = useSize();
  const still = useGameState((state) => state.still);
  const [isShut, setShut] = useState(still);
  useEffect(() => {
    const timer = setTimeout(() => setShut(true), 350);
    return () => clearTimeout(timer);
  }, []);
  const progress = useGameState((state) => state.progress);
  const notice = useGameState((state) => (state.busy ? startingUp : state.notices.at(-1)));
  const next = store.actions.next();
  const isNew = !Object.keys(progress.levels).length;
  const items = [
    { value: 'play', label: isNew ? 'Begin' : `Continue: ${next?.title ?? ''}` },
    { value: 'map', label: 'All levels' },
    { value: 'help', label: 'Keys' },
    { value: 'quit', label: 'Leave' },
  ];
  const does: Readonly<Record<string, () => void>> = {
    play: () => next && store.actions.start(next),
    map: () => store.actions.show('map'),
    help: () => store.actions.lay('help'),
    quit,
  };
  const lines = titleLines(size, isShut);
  const width = Math.max(...items.map(({ label }) => label.length)) + 2;
  const below = size.rows - lines.length - items.length - 2;
  const said: Line = notice ? [{ text: '  ' }, span(notice, 'accent')] : [];
  return (
    <Box flexDirection="column">
      <Lines of={lines} width={size.columns} />
      <Box paddingLeft={Math.floor((size.columns - width) / 2)} flexDirection="column">
        <Choices items={items} width={width} limit={items.length} focused onSelect={(value) => does[value]?.()} />
      </Box>
      <Lines of={[...Array.from({ length: Math.max(0, below) }, (): Line => []), said]} width={size.columns} />
      <Footer width={size.columns} context="title" />
    </Box>
  );
}
