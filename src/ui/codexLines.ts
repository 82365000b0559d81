// A page of the codex as lines: what it is, what it is not, where one meets it, where it is written, what to read next.
import type { Pages } from '../game/codexPages.ts';
import type { Level } from '../game/level.ts';
import type { Progress } from '../game/progress.ts';
import { rfcInWords } from './printable.ts';
import { type Line, span, type Tone } from './spans.ts';
import { wrap } from './wrap.ts';

/** Of a word that is everywhere, as many levels are named. */
const mostPlaces = 6;

export interface PageOf {
  readonly pages: Pages;
  readonly name: string;
  readonly levels: readonly Pick<Level, 'id' | 'title'>[];
  readonly progress: Progress;
  readonly width: number;
  /** Signs unless said. */
  readonly marks?: Marks;
}

/** What stands before a belief, before what is true, and before a level. */
interface Marks {
  readonly wrong: string;
  readonly right: string;
  readonly begun: string;
  readonly ahead: string;
}
const inSigns: Marks = { wrong: '✗ ', right: '✓ ', begun: '● ', ahead: '○ ' };
/** For who has no screen, or listens to it. */
export const inWords: Marks = { wrong: 'Wrong: ', right: 'Right: ', begun: 'Played: ', ahead: 'Not played yet: ' };

export function codexLines({
  pages: { codex, places },
  name,
  levels,
  progress,
  width,
  marks = inSigns,
}: PageOf): readonly Line[] {
  const entry = codex.entries.get(name);
  if (!entry) return [];
  const words = (text: string, tone: Tone, first = ''): Line[] =>
    wrap(text, first, width).map((line) => [span(line, tone)]);
  const head = (text: string): Line => [span(text, 'text', { bold: true })];
  const beliefs = entry.misconceptions.flatMap((id) => codex.misconceptions.get(id) ?? []);
  const met = (places[name] ?? []).flatMap((id) => levels.find((level) => level.id === id) ?? []);
  return [
    ...words(entry.is, 'read'),
    ...(beliefs.length ? [[], head('What it is not')] : []),
    ...beliefs.flatMap(({ belief, truth }) => [
      ...words(belief, 'bad', marks.wrong),
      ...words(truth, 'text', marks.right),
    ]),
    ...(met.length ? [[], head('Where you meet it')] : []),
    ...met
      .slice(0, mostPlaces)
      .flatMap(({ id, title }) =>
        words(title, progress.levels[id] ? 'text' : 'faint', progress.levels[id] ? marks.begun : marks.ahead),
      ),
    ...(met.length > mostPlaces ? words(`and in ${met.length - mostPlaces} more`, 'faint') : []),
    ...(entry.rfc ? [[], ...words(rfcInWords(entry.rfc), 'faint')] : []),
    ...(entry.see.length ? [[], head('Read on')] : []),
    ...entry.see.map((other, index): Line => [span(`${index + 1} `, 'accent', { bold: true }), span(other, 'text')]),
  ];
}
