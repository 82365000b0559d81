// Picks the screen, and carries out what keys mean there.
import { useInput, useStdout, useWindowSize } from 'ink';
import { useEffect } from 'react';
import type { Level } from '../game/level.ts';
import { marked } from '../store/playing.ts';
import type { State } from '../store/store.ts';
import { type Game, GameContext, SizeContext, useGame, useGameState } from './game.ts';
import { type Action, actionFor, type Context, keyName } from './keys.ts';
import { fits, type Size } from './layout.ts';
import { Debrief } from './screens/Debrief.tsx';
import { LevelMap } from './screens/Map.tsx';
import { Help, QuitQuestion, TooSmall } from './screens/Over.tsx';
import { Play, playContext } from './screens/Play.tsx';
import { Title } from './screens/Title.tsx';

export function Root({ game }: { readonly game: Game }) {
  useCleanWindow();
  return <GameAt game={game} size={useWindowSize()} />;
}

/** How long a window must have kept its size, in milliseconds. */
const quiet = 80;

/**
 * Once a window has stopped changing its size, all of it is drawn anew: what terminals and Ink made of frames that were
 * drawn for another size is cleared away.
 */
function useCleanWindow(): void {
  const { stdout, write } = useStdout();
  useEffect(() => {
    let timer: NodeJS.Timeout | undefined;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => write('\u001b[H\u001b[2J'), quiet);
    };
    stdout.on('resize', wait);
    return () => {
      stdout.off('resize', wait);
      clearTimeout(timer);
    };
  }, [stdout, write]);
}

/** The game in a window of a size. */
export function GameAt({ game, size }: { readonly game: Game; readonly size: Size }) {
  return (
    <GameContext.Provider value={game}>
      <SizeContext.Provider value={size}>
        <Keys small={!fits(size)} />
        {fits(size) ? <Screen /> : <TooSmall />}
      </SizeContext.Provider>
    </GameContext.Provider>
  );
}

function Screen() {
  const screen = useGameState((state) => state.screen);
  const over = useGameState((state) => state.over);
  const playing = useGameState((state) => state.playing);
  if (over === 'help')
    return (
      <Help context={playing && screen === 'play' ? playContext(playing) : screen === 'play' ? 'title' : screen} />
    );
  if (over === 'quit') return <QuitQuestion />;
  if (screen === 'title') return <Title />;
  if (screen === 'map' || !playing) return <LevelMap />;
  return screen === 'play' ? <Play playing={playing} /> : <Debrief playing={playing} />;
}

function contextOf({ screen, over, playing }: State): Context {
  if (over) return over;
  if (screen !== 'play') return screen;
  return playing ? playContext(playing) : 'map';
}

function Keys({ small }: { readonly small: boolean }) {
  const game = useGame();
  useInput((input, key) => {
    if (key.ctrl && input === 'c') return game.quit();
    const name = keyName(input, key);
    const action = name && actionFor(small ? 'small' : contextOf(game.store.getState()), name);
    if (action) perform(action, game);
  });
  return null;
}

function perform(action: Action, { store, quit, exportRun }: Game): void {
  const { actions } = store;
  const { screen, over, playing, selected, levels } = store.getState();
  const { look } = actions;
  const scroll = playing?.scroll ?? 0;
  const message = playing?.message ?? 0;
  const start = (level: Level | undefined, anew = false) => {
    if (level) actions.start(level, anew);
  };
  const deeds: Readonly<Record<Action, () => void>> = {
    quit,
    help: () => actions.lay('help'),
    'ask to quit': () => actions.lay('quit'),
    back: () => (over ? actions.lay(undefined) : actions.show('title')),
    map: () => actions.show('map'),
    skip: () => actions.land(true),
    'go on': () => (screen === 'map' ? start(levels[selected]) : actions.goOn()),
    'next level': () => start(actions.next()),
    again: () => start(playing?.level, true),
    hint: actions.hint,
    notebook: () => look({ notebook: playing?.aside !== 'notebook' }),
    up: () => (screen === 'map' ? actions.select(selected - 1) : look({ scroll: scroll - 1 })),
    down: () => (screen === 'map' ? actions.select(selected + 1) : look({ scroll: scroll + 1 })),
    focus: () => look({ focus: 'next' }),
    open: () => look({ focus: 'bytes' }),
    'look back': () => look({ message: message - 1 }),
    'look on': () => look({ message: message + 1 }),
    'next field': () => look({ field: 1 }),
    'previous field': () => look({ field: -1 }),
    into: () => look({ nested: 'into' }),
    out: () => look({ nested: 'out' }),
    layer: () => look({ layer: 'next' }),
    export() {
      if (playing) actions.say(exportRun(playing));
    },
    mark() {
      const answer = playing && marked(playing);
      if (answer) actions.answer(answer);
    },
  };
  deeds[action]();
}
