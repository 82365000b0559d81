// The strip at the top: the game, the level, the role, the decisions so far and the points.
import { useEffect, useRef, useState } from 'react';
import type { Playing } from '../../store/playing.ts';
import type { CompetingState } from '../competing.ts';
import { useCompeting, useGameState } from '../game.ts';
import { glyphOf } from '../ladder.ts';
import { clip } from '../columns.ts';
import { ends, fitted, type Line, plain, span } from '../spans.ts';
import { Lines } from './Lines.tsx';

export function Header({
  width,
  title,
  playing,
}: {
  readonly width: number;
  readonly title: string;
  readonly playing?: Playing;
}) {
  const still = useGameState((state) => state.still);
  const points = useCounted(playing?.score.points ?? 0, still);
  const competing = useCompeting((state) => state?.session);
  const short = width < 80;
  const left: Line = [...nameOf(competing, short ? 8 : 20), span(`  ${title}`, 'read', { on: 'strip', bold: true })];
  const right = playing?.drill
    ? [...roleOf(playing, short), { text: ' ', on: 'strip' } as const]
    : playing
      ? [
          ...roleOf(playing, short),
          ...dots(playing),
          span(short ? `   ${points} ` : `   ${points} of 100 `, 'read', { on: 'strip', bold: true }),
        ]
      : [];
  // The last column is left empty, as it is on every line of text.
  return <Lines of={[fitted(ends(left, right, width - 1, { text: ' ', on: 'strip' }), width)]} width={width} />;
}

/** The game; in a competition the player, and why what is done now does not count at once. */
function nameOf(session: CompetingState['session'] | undefined, most: number): Line {
  const pill = (text: string, on: 'gold' | 'wrong') => span(` ${text} `, 'dark', { on, bold: true });
  if (!session?.standing) return [pill('HTTPS QUEST', 'gold')];
  const { standing, away, unsent, over } = session;
  const name = clip(plain(standing.name), most);
  const { state } = standing;
  const queued = away !== undefined && unsent ? [pill(`${unsent} queued`, 'wrong')] : [];
  const why =
    over !== undefined || state === 'ended' || state === 'revealed'
      ? [pill('over', 'wrong')]
      : state === 'paused'
        ? [pill('paused', 'wrong'), ...queued]
        : queued.length
          ? queued
          : away === undefined
            ? []
            : [pill('host away', 'wrong')];
  return [pill(`${name} ${standing.points}`, 'gold'), ...why];
}

function roleOf({ stage: { role } }: Playing, short: boolean): Line {
  return [span(short ? glyphOf[role] : `${glyphOf[role]} ${role.toUpperCase()}`, role, { on: 'strip', bold: true })];
}

/** A dot a decision: right at the first try, right later, or still to come. */
function dots({ score, snapshot }: Playing): Line {
  const done = snapshot.judged.filter(({ safe }) => safe).length;
  return [
    { text: '   ', on: 'strip' },
    ...score.decisions.map(({ tries }, index) =>
      index < done ? span('●', tries > 1 ? 'accent' : 'good', { on: 'strip' }) : span('○', 'faint', { on: 'strip' }),
    ),
  ];
}

/** The number on its way to `value`. */
function useCounted(value: number, still: boolean): number {
  const [shown, setShown] = useState(value);
  const target = useRef(value);
  target.current = value;
  useEffect(() => {
    if (still || shown === value) return;
    const timer = setTimeout(() => {
      const step = Math.max(1, Math.round(Math.abs(target.current - shown) / 6));
      setShown(shown < target.current ? Math.min(target.current, shown + step) : target.current);
    }, 40);
    return () => clearTimeout(timer);
  }, [shown, value, still]);
  return still ? value : shown;
}
