// The line between the stage and the panels: the verdict, or what the lines on the ladder mean. A fault of the level file
// that is played has as many as it needs.
import { isFlying, type Playing } from '../../store/playing.ts';
import { type Line, span, widthOf } from '../spans.ts';
import { situationInWords } from '../recall.ts';
import { wrap } from '../wrap.ts';

/** A file with a fault in it: what stands there, and that it is not what is played. */
export const faultLines = (fault: string, width: number): readonly Line[] =>
  wrap(`✗ Not read again: ${fault}`, '  ', width)
    .slice(0, 3)
    .map((line): Line => [span(line, 'bad')]);

export function statusLine(playing: Playing, width: number, notice: string | undefined): Line {
  const judged = playing.snapshot.judged.at(-1);
  if (playing.phase === 'verdict' && judged && !isFlying(playing)) {
    // A drill gives no points, and a step that has cost all of its own costs no more.
    const gained = playing.drill || !playing.gained ? '' : `${judged.safe ? '+' : '−'}${playing.gained} `;
    const pill = judged.safe
      ? span(` ✓ ${gained}`, 'dark', { on: 'right', bold: true })
      : span(` ✗ ${gained}`, 'dark', { on: 'wrong', bold: true });
    return [{ text: '  ' }, pill, span(`  ${judged.headline}`, 'read', { bold: true })];
  }
  if (notice) return [{ text: '  ' }, span(notice, 'accent')];
  if (playing.drill && playing.phase === 'ask')
    return [{ text: '  ' }, span(situationInWords(playing.level, playing.snapshot), 'accent')];
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
