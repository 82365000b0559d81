// Picks the screen, and carries out what keys mean there.
import { useInput, usePaste, useWindowSize } from 'ink';
import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import { cardOf } from '../game/card.ts';
import { levelForIt } from '../game/deed.ts';
import type { Level } from '../game/level.ts';
import { marked } from '../store/playing.ts';
import type { State } from '../store/store.ts';
import { type Game, GameContext, SizeContext, ThemeContext, useGame, useGameState } from './game.ts';
import { type Action, actionFor, type Context, keyName } from './keys.ts';
import { fits, type Size } from './layout.ts';
import type { Competing } from './competing.ts';
import { Certificate, certificateContext } from './screens/Certificate.tsx';
import { Codex } from './screens/Codex.tsx';
import { Competition, competitionContext } from './screens/Competition.tsx';
import { Debrief } from './screens/Debrief.tsx';
import { Drill, drillContext } from './screens/Drill.tsx';
import { Join } from './screens/Join.tsx';
import { LevelMap } from './screens/Map.tsx';
import { Help, QuitQuestion, TooSmall } from './screens/Over.tsx';
import { Live } from './screens/Live.tsx';
import { Play, playContext } from './screens/Play.tsx';
import { Replay } from './screens/Replay.tsx';
import { Settings } from './screens/Settings.tsx';
import { Title } from './screens/Title.tsx';

export function Root({ game }: { readonly game: Game }) {
  const isDone = useStore(game.entrance, (state) => state.isDone);
  const { quit } = game;
  useEffect(() => {
    if (isDone) quit();
  }, [isDone, quit]);
  return <GameAt game={game} size={useWindowSize()} />;
}

/** The game in a window of a size. */
export function GameAt({ game, size }: { readonly game: Game; readonly size: Size }) {
  const preferences = useStore(game.store, (state) => state.preferences);
  const inside = useStore(game.entrance, (state) => state.inside);
  const shown = useMemo(
    () => ({ ...game, ...(inside && { store: inside.store, competing: inside }), theme: game.themed(preferences) }),
    [game, inside, preferences],
  );
  return (
    <GameContext.Provider value={shown}>
      <ThemeContext.Provider value={shown.theme}>
        <SizeContext.Provider value={size}>
          <Keys small={!fits(size)} />
          {fits(size) ? <Screen /> : <TooSmall />}
        </SizeContext.Provider>
      </ThemeContext.Provider>
    </GameContext.Provider>
  );
}

function Screen() {
  const { competing } = useGame();
  const screen = useGameState((state) => state.screen);
  const over = useGameState((state) => state.over);
  const playing = useGameState((state) => state.playing);
  const replay = useGameState((state) => state.replay);
  const reading = useGameState((state) => state.reading);
  const plan = useGameState((state) => state.learned?.plan);
  const certificate = useGameState((state) => state.certificate);
  if (over === 'help')
    return (
      <Help
        context={
          playing && screen === 'play'
            ? playContext(playing)
            : screen === 'play'
              ? 'title'
              : screen === 'drill'
                ? drillContext(plan)
                : screen === 'certificate'
                  ? certificateContext(certificate)
                  : screen === 'classroom'
                    ? 'join'
                    : competing && screen === 'debrief'
                      ? 'round debrief'
                      : competing
                        ? competitionContext(competing)
                        : screen
        }
      />
    );
  if (over === 'quit') return <QuitQuestion drill={playing?.drill !== undefined} />;
  if (competing && isRound(screen)) return <Competition competing={competing} />;
  if (screen === 'title') return <Title />;
  if (screen === 'classroom') return <Join />;
  if (screen === 'settings') return <Settings />;
  if (screen === 'codex' && reading) return <Codex reading={reading} />;
  if (screen === 'drill') return <Drill />;
  if (screen === 'live') return <Live />;
  if (screen === 'certificate' && certificate) return <Certificate certificate={certificate} />;
  if (screen === 'map' || !playing) return <LevelMap />;
  if (screen === 'replay' && replay) return <Replay replay={replay} />;
  return screen === 'play' ? <Play playing={playing} /> : <Debrief playing={playing} />;
}

/** In a competition the levels of the round stand where all levels are otherwise, and the title as well. */
const isRound = (screen: State['screen']): boolean => screen === 'title' || screen === 'map';

function contextOf(
  { screen, over, playing, replay, typing, learned, certificate }: State,
  competing: Competing | undefined,
): Context {
  if (over) return over;
  if (competing && isRound(screen)) return competitionContext(competing);
  if (competing && screen === 'debrief') return 'round debrief';
  if (screen === 'classroom') return 'join';
  if (typing !== undefined) return 'typing';
  if (screen === 'certificate') return certificateContext(certificate);
  if (screen === 'replay') return replay?.shown.focus === 'bytes' ? 'replay bytes' : 'replay';
  if (screen === 'drill') return drillContext(learned?.plan);
  if (screen !== 'play') return screen;
  return playing ? playContext(playing) : 'map';
}

function Keys({ small }: { readonly small: boolean }) {
  const game = useGame();
  // Pasted text is for those who ask for it, and no key to the others.
  usePaste(() => {});
  useInput((input, key) => {
    if (key.ctrl && input === 'c') return game.quit();
    const name = keyName(input, key);
    const action = name && actionFor(small ? 'small' : contextOf(game.store.getState(), game.competing), name);
    if (action) perform(action, game, name);
  });
  return null;
}

/** A terminal does not say whether it took it. */
const copied = 'Copied, if your terminal lets programs do that: paste it anywhere. “x” writes it to a file as well.';

function perform(action: Action, { store, quit, exportRun, exportDiploma, copy, competing }: Game, key: string): void {
  const { actions } = store;
  const { screen, over, selected, levels, replay, reading, preferences, certificate, ...state } = store.getState();
  const playing = screen === 'replay' ? replay?.shown : state.playing;
  const { look } = actions;
  const scroll = playing?.scroll ?? 0;
  const message = playing?.message ?? 0;
  const start = (level: Level | undefined, anew = false) => {
    if (level) actions.start(level, anew);
  };
  /** A row down or up, in whatever has rows. */
  const move = (by: 1 | -1) => {
    if (screen === 'settings') actions.row(by);
    else if (screen === 'codex') actions.turn({ by });
    else if (screen === 'map') actions.select(selected + by);
    else if (screen === 'certificate') actions.readOn(by);
    else look({ scroll: scroll + by });
  };
  /** A page of text, or a message. */
  const leaf = (by: 1 | -1) =>
    screen === 'codex' ? actions.turn({ scroll: (reading?.scroll ?? 0) + by * 8 }) : look({ message: message + by });
  const deeds: Readonly<Record<Action, () => void>> = {
    quit: competing?.leave ?? quit,
    help: () => actions.lay('help'),
    'ask to quit': () => actions.lay('quit'),
    back() {
      if (over) actions.lay(undefined);
      // What is played on is played on without screens.
      else if (screen === 'settings' && preferences.plain === 'always') quit();
      else if (screen === 'certificate') actions.show(certificate?.from ?? 'title');
      else actions.show(screen === 'replay' ? 'debrief' : 'title');
    },
    replay: () => actions.replay(),
    'step on': () => actions.replay(1),
    'step back': () => actions.replay(-1),
    map: () => actions.show('map'),
    leave: () => actions.show(playing?.drill ? 'drill' : 'map'),
    drill: () => actions.show('drill'),
    'begin the drill': () => actions.drill(),
    skip: () => actions.land(true),
    'go on': () => (screen === 'map' ? start(levels[selected]) : actions.goOn()),
    'play for it'() {
      const level = levels.find(({ id }) => id === levelForIt);
      if (level) start(level);
      else actions.say(`The level ${levelForIt} is not among those that are played here.`);
    },
    certificate: () => actions.show('certificate'),
    name: actions.rename,
    'next level': () => start(actions.next()),
    again: () => start(playing?.level, true),
    hint: actions.hint,
    notebook: () => look({ notebook: playing?.aside !== 'notebook' }),
    link: () => actions.turn({ link: Number(key) }),
    'page back': () => actions.turn({ back: true }),
    search: () => actions.type(''),
    'all or met': () => actions.turn({ all: !reading?.all }),
    'change on': () => actions.change(1),
    'change back': () => actions.change(-1),
    up: () => move(-1),
    down: () => move(1),
    focus: () => look({ focus: screen !== 'replay' ? 'next' : playing?.focus === 'bytes' ? 'move' : 'bytes' }),
    open: () => look({ focus: 'bytes' }),
    'look back': () => leaf(-1),
    'look on': () => leaf(1),
    'next field': () => look({ field: 1 }),
    'previous field': () => look({ field: -1 }),
    into: () => look({ nested: 'into' }),
    out: () => look({ nested: 'out' }),
    layer: () => look({ layer: 'next' }),
    export() {
      const diploma = screen === 'certificate' ? certificate?.diploma : undefined;
      if (diploma) {
        actions.say(exportDiploma(diploma));
        actions.readOn(-Infinity);
      } else if (playing) actions.say(exportRun(playing));
    },
    card() {
      if (!playing) return;
      const card = cardOf(playing.level, playing.attempt.seed, playing.score).join('\n');
      copy(card);
      actions.say(`${card}\n${copied}`);
    },
    mark() {
      const answer = playing && marked(playing);
      if (answer) actions.answer(answer);
    },
  };
  deeds[action]();
}
