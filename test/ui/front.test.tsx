// The title is there three times: painted by the entry, drawn before the game is loaded, drawn by the game. One picture.
import { stripVTControlCharacters } from 'node:util';
import { renderToString } from 'ink';
import { describe, expect, it } from 'vitest';
import { Front } from '../../src/ui/front.tsx';
import { GameAt } from '../../src/ui/Root.tsx';
import { themeFor } from '../../src/ui/theme.ts';
import { titleLines } from '../../src/ui/title.ts';
import { levels, memoryLog, newGame } from './game.ts';

const theme = themeFor({ depth: 'truecolor', light: false, ascii: false });
describe.each([
  { columns: 60, rows: 18 },
  { columns: 80, rows: 24 },
  { columns: 200, rows: 60 },
])('at $columns x $rows', (size) => {
  it.each([
    ['who is new', undefined],
    ['who has finished a level', levels[0]?.id],
  ])('is the same for somebody %s', (_, finished) => {
    const log = memoryLog();
    if (finished) {
      log.record({ type: 'started', attempt: 'a', level: finished, contentHash: '00000000', seed: '1' });
      log.record({ type: 'ended', attempt: 'a', outcome: 'met', points: 100, stars: 3 });
    }
    const { game } = newGame({ log, still: true });
    const played = { ...game, themed: () => theme };
    const options = { columns: size.columns };
    const next = levels[finished ? 1 : 0]?.title ?? '';
    const front = renderToString(<Front size={size} theme={theme} still isNew={!finished} next={next} />, options);
    expect(front).toBe(renderToString(<GameAt game={played} size={size} />, options));
    expect(front).toContain(finished ? `Continue: ${next}` : 'Begin');
    const painted = titleLines(size, true).map((line) => stripVTControlCharacters(theme.paint(line)).trimEnd());
    const drawn = stripVTControlCharacters(front)
      .split('\n')
      .map((line) => line.trimEnd());
    expect(drawn.slice(0, painted.length)).toEqual(painted);
  });
});
