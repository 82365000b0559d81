// The game with something broken in it, as the argument says; what `main` does with what is thrown is done here too.
import { scenarios } from '../../../src/scenarios/index.ts';
import { createGameStore } from '../../../src/store/store.ts';
import { runGame } from '../../../src/ui/run.tsx';
import { themeFor } from '../../../src/ui/theme.ts';

const [, , how] = process.argv;
const theme = themeFor({ depth: 'truecolor', light: false, ascii: false });
let broken = false;
const store = createGameStore({
  levels: [],
  scenarios,
  log: { progress: { levels: {}, unfinished: {} }, notices: [], record: () => {} },
  still: true,
  draw: () => ({ id: 'a1', seed: '1' }),
});
const game = {
  store,
  scenarios,
  noteFor: () => undefined,
  exportRun: () => '',
  theme: {
    ...theme,
    paint(line: Parameters<typeof theme.paint>[0]) {
      if (broken) throw new Error('broken while drawing');
      return theme.paint(line);
    },
  },
};
const deeds: Readonly<Record<string, () => void>> = {
  drawing() {
    broken = true;
    store.actions.show('map');
  },
  timer() {
    throw new Error('broken in a timer');
  },
  promise() {
    void Promise.reject(new Error('broken in a promise'));
  },
};
setTimeout(() => deeds[how ?? '']?.(), 600);
runGame(game).catch((error: Error) => {
  console.log(`After it: ${error.message}`);
  process.exitCode = 70;
});
