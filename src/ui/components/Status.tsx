// The one line between the stage and the panels: the verdict, or what the lines on the ladder mean.
import { isFlying, type Playing } from '../../store/playing.ts';
import { type Line, span, widthOf } from '../spans.ts';
import { Lines } from './Lines.tsx';

export function Status({
  playing,
  width,
  notice,
}: {
  readonly playing: Playing;
  readonly width: number;
  readonly notice: string | undefined;
}) {
  return <Lines of={[statusLine(playing, width, notice)]} width={width} />;
}

export function statusLine(playing: Playing, width: number, notice: string | undefined): Line {
  const judged = playing.snapshot.judged.at(-1);
  if (playing.phase === 'verdict' && judged && !isFlying(playing)) {
    const pill = judged.safe
      ? span(` ✓ +${playing.gained} `, 'dark', { on: 'right', bold: true })
      : span(` ✗ −${playing.gained} `, 'dark', { on: 'wrong', bold: true });
    return [{ text: '  ' }, pill, span(`  ${judged.headline}`, 'read', { bold: true })];
  }
  if (notice) return [{ text: '  ' }, span(notice, 'accent')];
  const legend: readonly (readonly [string, Parameters<typeof span>[1], string])[] = [
    ['─', 'text', 'in the clear'],
    ['━', 'accent', 'sealed, you hold the key'],
    ['░', 'faint', 'sealed'],
    ['✎', 'attacker', 'forged'],
  ];
  let line: Line = [{ text: '  ' }];
  for (const [glyph, tone, says] of legend) {
    const longer = [...line, span(glyph, tone), span(` ${says}   `, 'faint')];
    if (widthOf(longer) <= width) line = longer;
  }
  return line;
}
