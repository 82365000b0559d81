// What stands beside the map: the level that is selected, and what is recommended.
import { bossRule } from '../game/boss.ts';
import type { Level } from '../game/level.ts';
import type { Progress } from '../game/progress.ts';
import { score } from '../game/score.ts';
import type { Learned } from '../store/learned.ts';
import { glyphOf } from './ladder.ts';
import { beliefInWords } from './recall.ts';
import { fitted, type Line, span } from './spans.ts';
import { wrap } from './wrap.ts';

export const stars = (count: number): string => '★'.repeat(count) + '☆'.repeat(3 - count);

/** What the level teaches, how it stands, and what was believed in it. */
export function aboutLines(
  level: Level,
  { levels, unfinished }: Progress,
  learned: Learned | undefined,
  width: number,
): Line[] {
  const roles = [...new Set(level.acts.map(({ role }) => role))];
  const known = levels[level.id];
  const { boss } = score([], level, undefined);
  const pairs: readonly Line[] = [
    roles.flatMap((role, index) => [
      ...(index ? [span(', then ', 'faint')] : [span('You are ', 'faint')]),
      span(`${glyphOf[role]} the ${role}`, role),
    ]),
    [span('Takes about ', 'faint'), span(level.minutes === 1 ? 'a minute' : `${level.minutes} minutes`, 'text')],
    [
      span('Best so far ', 'faint'),
      known?.best
        ? span(
            known.best.stars
              ? `${stars(known.best.stars)}  ${known.best.points} of 100`
              : `${known.best.points} of 100, not passed`,
            'accent',
          )
        : span('not finished yet', 'text'),
    ],
    ...(level.proof === 'live' ? [[span('A real program is on the other side', 'accent')]] : []),
    ...(unfinished[level.id]
      ? wrap('You left it half played: it goes on where you were.', '', width).map(
          (line): Line => [span(line, 'accent')],
        )
      : []),
  ];
  return [
    ...wrap(level.teaches, '', width).map((line): Line => [span(line, 'read')]),
    ...(boss ? [[], ...wrap(bossRule(boss), '', width).map((line): Line => [span(line, 'accent')])] : []),
    ...(learned ? missedLines(level, learned, width) : []),
    [],
    ...pairs,
    ...(level.terms.length
      ? [
          [],
          [span('Words you meet', 'faint')],
          ...wrap(level.terms.join(', '), '', width).map((line): Line => [span(line, 'text')]),
        ]
      : []),
  ];
}

/** What was believed here and still stands; of what was refuted, how much. */
function missedLines({ id }: Level, { beliefs, misconceptions }: Learned, width: number): Line[] {
  const met = beliefs.filter(({ at }) => at.some((one) => one.level === id));
  const standing = met.filter(({ at }) => at.some((one) => one.level === id && one.stands));
  const refuted = met.length - standing.length;
  return [
    ...(standing.length ? [[], [span('Believed, and still stands', 'faint')]] : []),
    ...standing.flatMap(({ misconception }) =>
      wrap(beliefInWords(misconception, misconceptions), '✗ ', width).map((line): Line => [span(line, 'bad')]),
    ),
    ...(refuted ? [[span(`✓ ${refuted === 1 ? 'One belief' : `${refuted} beliefs`} refuted here`, 'good')]] : []),
  ];
}

interface Recommended {
  readonly next: Level | undefined;
  readonly learned: Learned | undefined;
}

/** What to do next, in the last lines: the drill where something is due, and the next level. */
export function nextLines({ next, learned }: Recommended, width: number): Line[] {
  const due = learned?.plan.due.length ?? 0;
  return [
    ...(due ? [[span(`d  Drill: ${due} due`, 'accent')]] : []),
    ...(next ? [fitted([span(`Next for you: ${next.title}`, 'text')], width)] : []),
  ];
}
