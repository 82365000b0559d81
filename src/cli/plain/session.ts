// Levels in plain mode, one after the other, from one standard input.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { type Attempt, contentHash, type Drawn } from '../../game/attempt.ts';
import type { Level } from '../../game/level.ts';
import type { Waiting } from '../../game/play.ts';
import type { AttemptLog } from '../../game/progress.ts';
import { beginningOf } from '../../game/refit.ts';
import { byReference } from '../../game/simulate.ts';
import { stage } from '../../game/view.ts';
import { noteFor } from '../../tls/fieldNotes.ts';
import { printable, quoted } from '../../ui/printable.ts';
import { wrap } from '../../ui/wrap.ts';
import type { Settings } from '../arguments.ts';
import { exportTo } from '../exports.ts';
import { exit, type Output } from '../output.ts';
import { playersFor } from '../players.ts';
import { type Reading, watchLevel } from '../watch.ts';
import { playPlain } from './game.ts';
import { linesOf } from './lines.ts';

export interface PlainSession {
  /** The next line that is typed; `undefined` once there is none any more. */
  readonly ask: () => Promise<string | undefined>;
  /** Plays a level to its end, and gives the exit code. Its `file`, where it has one, is read again whenever it is saved. */
  readonly play: (level: Level, file?: string) => Promise<number>;
  /** Lets go of the input; gives the code back. */
  readonly end: (code: number) => number;
}

interface PlainSetup {
  readonly settings: Settings;
  /** The data folder, for what is exported. */
  readonly folder: string;
  readonly output: Output;
  readonly version: string;
  /** What levels are begun with, where it is not for chance to say, and how one goes on with them. */
  readonly competition?: { readonly draw: (level: Level) => Drawn; readonly goOnWith: string };
}

export function plainSession(setup: PlainSetup, log: AttemptLog): PlainSession {
  const { settings, folder, output, version, competition } = setup;
  const draw = competition?.draw ?? (() => ({ id: newId(), seed: settings.seed ?? randomBytes(5).toString('hex') }));
  const lines = linesOf(process.stdin);
  const players = playersFor();
  output.say(log.notices.flatMap((notice) => wrap(printable(notice))));
  return {
    ask: lines.next,
    end(code) {
      lines.close();
      players.close();
      return code;
    },
    async play(level, file) {
      // What comes through a pipe was written for the level as it is.
      const watched = watching(level, process.stdin.isTTY ? file : undefined);
      const going = settings.seed === undefined ? log.progress.unfinished[level.id] : undefined;
      let begun = going?.attempt.contentHash === contentHash(level) ? going : undefined;
      for (;;) {
        const { id, attempt } = begun ?? begin(watched.level(), draw(watched.level()), { log, output });
        let done = attempt;
        const ending = await playPlain(
          {
            level: watched.level(),
            goOnWith: competition?.goOnWith ?? `https-quest play ${file === undefined ? level.id : quoted(file, 200)}`,
            news: watched.news,
            play: players.play,
            log,
            stage,
            noteFor,
            teller: { say: output.say, ask: lines.next },
            draw: newId,
            onAttempt(now) {
              done = now;
            },
            ...(settings.auto
              ? { answer: ({ step }: Waiting) => byReference(step) }
              : { write: (played, done, snapshot) => exportTo(folder, played, done, snapshot, version) }),
          },
          id,
          attempt,
        );
        begun = undefined;
        if (ending === 'restart') continue;
        watched.close();
        if (settings.save !== undefined) save(settings.save, done, output);
        return ending === 'finished' ? exit.fine : exit.unmet;
      }
    },
  };
}

/** The level as it was last read, and what was read since that was last asked. */
function watching(begun: Level, file: string | undefined) {
  let level = begun;
  let unread: Reading | undefined;
  const close =
    file === undefined
      ? () => {}
      : watchLevel(file, (reading) => {
          unread = reading;
          if ('level' in reading) level = reading.level;
        });
  return {
    level: () => level,
    news() {
      const reading = unread;
      unread = undefined;
      return reading;
    },
    close,
  };
}

const newId = (): string => `a${randomBytes(9).toString('hex')}`;

function begin(
  level: Level,
  { id, seed, says }: Drawn,
  { log, output }: { readonly log: AttemptLog; readonly output: Output },
): { readonly id: string; readonly attempt: Attempt } {
  const attempt: Attempt = { level: level.id, contentHash: contentHash(level), seed, moves: [] };
  if (says !== undefined) output.say(['', ...wrap(printable(says))]);
  for (const event of beginningOf(id, attempt)) log.record(event);
  return { id, attempt };
}

export function save(file: string, attempt: Attempt, { complain }: Output): void {
  try {
    writeFileSync(file, `${JSON.stringify(attempt, null, 2)}\n`);
    complain([`What you did is in ${quoted(file)}.`]);
  } catch {
    complain([`"${quoted(file)}" cannot be written. What you did is in the log, but not in that file.`]);
  }
}
