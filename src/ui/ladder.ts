// The ladder: who sends what to whom, drawn from a stage. Pure: lines of spans from numbers.
import type { Leg, Row, Stage } from '../game/view.ts';
import { lifelineOf, lifelines } from '../game/view.ts';
import type { Cast, Role } from '../scenarios/scenario.ts';
import { type Canvas, canvasOf } from './canvas.ts';
import { clip, columnsOf } from './columns.ts';
import type { Layout } from './layout.ts';
import { type Line, plain, type Span, type Tone } from './spans.ts';

export interface LadderView {
  readonly stage: Stage;
  readonly layout: Layout;
  /** Rows that have arrived. */
  readonly landed: number;
  /** How far the next one has flown, from 0 to 1; nothing where none flies. */
  readonly flight: number | undefined;
  /** Index of the message that is looked at. */
  readonly selected: number | undefined;
  readonly focused: boolean;
  /** The notes stand elsewhere. */
  readonly quiet: boolean;
}

export const glyphOf: Readonly<Record<Role, string>> = { client: '●', attacker: '◆', server: '■' };

/** The names above the lifelines, with a padlock on each leg. */
export function headLines({ stage, layout }: Pick<LadderView, 'stage' | 'layout'>): readonly Line[] {
  const canvas = canvasOf(layout.columns, layout.titles ? 2 : 1);
  const { cast, you } = stage;
  const places = placesOf(cast, layout.columns);
  const leg = legWidth(places, layout.columns);
  const tight = leg < tightLeg;
  for (const one of lifelines(cast)) {
    const at = places.get(one.actor) ?? 0;
    const shared = cast.filter(({ beside }) => beside === one.actor);
    const names = [one, ...shared].map((actor) => (actor.actor === you ? 'YOU' : actor.name.toUpperCase()));
    const name = `${glyphOf[one.role]} ${[...new Set(names)].join(' + ')}`;
    const look = { tone: one.role, on: 'strip', bold: true } as const;
    label(canvas, 0, at, tight ? clip(name, leg - 2) : clip(` ${name} `, leg - 6), look);
    if (layout.titles) label(canvas, 1, at, clip(one.title, tight ? leg - 1 : leg - 6), { tone: 'faint' });
  }
  for (const one of stage.legs) padlock(canvas, one, places, layout.titles && !tight);
  return canvas.lines();
}

/** The messages, the newest in sight; what is selected stays in sight. */
export function ladderLines(view: LadderView): readonly Line[] {
  const { stage, layout, landed, flight, selected, focused } = view;
  const canvas = canvasOf(layout.columns, layout.ladder);
  const places = placesOf(stage.cast, layout.columns);
  const step = layout.explains ? 2 : 1;
  const shown = Math.min(stage.rows.length, landed + (flight === undefined ? 0 : 1));
  const room = Math.max(1, Math.floor(layout.ladder / step));
  const wanted = focused && selected !== undefined ? selected : shown - 1;
  const first = Math.max(0, Math.min(wanted - (focused ? Math.floor(room / 2) : room - 1), shown - room));
  for (const at of places.values()) for (let row = 0; row < layout.ladder; row++) canvas.put(row, at, '│', lineLook);
  for (const [index, row] of stage.rows.slice(first, first + room).entries()) {
    const number = first + index;
    if (number >= shown) break;
    const ends = endsOf(row, stage.cast, places);
    if (number === landed && flight !== undefined) flying(canvas, index * step, ends, flight);
    else message(canvas, index * step, { row, ends, selected: number === selected, explains: layout.explains });
  }
  if (first > 0) canvas.put(0, layout.columns - 8, '↑ more', faintLook);
  if (first + room < shown) canvas.put(layout.ladder - 1, layout.columns - 8, '↓ more', faintLook);
  notes(canvas, view, Math.min(shown - first, room) * step);
  return canvas.lines();
}

const lineLook = { tone: 'line' } as const;
const faintLook = { tone: 'faint' } as const;

/** Legs of fewer columns have no room for titles beside a tall padlock. */
const tightLeg = 17;

/** The column of each lifeline. */
function placesOf(cast: readonly Cast[], columns: number): ReadonlyMap<string, number> {
  const all = lifelines(cast);
  const margin = Math.round(columns / 12) + (all.length > 4 ? 1 : all.length > 2 ? 3 : 6);
  const between = (columns - 1 - 2 * margin) / Math.max(1, all.length - 1);
  return new Map(all.map(({ actor }, index) => [actor, Math.round(margin + index * between)]));
}
const legWidth = (places: ReadonlyMap<string, number>, columns: number): number => {
  const [first = 0, second = columns] = places.values();
  return second - first;
};

function padlock(
  canvas: Canvas,
  { left, right, shut, yours }: Leg,
  places: ReadonlyMap<string, number>,
  tall: boolean,
) {
  const middle = Math.round(((places.get(left) ?? 0) + (places.get(right) ?? 0)) / 2);
  const look = { tone: shut && yours ? 'accent' : shut ? 'faint' : 'line' } as const;
  if (!tall) canvas.put(0, middle - 1, shut ? '╭▣╮' : '╭▪ ', look);
  else {
    canvas.put(0, shut ? middle - 1 : middle + 1, '╭─╮', look);
    canvas.put(1, middle - 1, '███', look);
    if (shut) canvas.put(1, middle, '▪', yours ? { tone: 'dark', on: 'gold' } : { tone: 'faint', on: 'strip' });
  }
}

interface Ends {
  readonly from: number;
  readonly to: number;
  readonly fromRole: Tone;
  readonly toRole: Tone;
}

function endsOf({ from, to }: Row, cast: readonly Cast[], places: ReadonlyMap<string, number>): Ends {
  const place = (actor: string) => places.get(lifelineOf(cast, actor)) ?? 0;
  const role = (actor: string): Tone => cast.find((one) => one.actor === actor)?.role ?? 'text';
  return { from: place(from), to: place(to), fromRole: role(from), toRole: role(to) };
}

interface Message {
  readonly row: Row;
  readonly ends: Ends;
  readonly selected: boolean;
  readonly explains: boolean;
}

function message(canvas: Canvas, at: number, { row, ends, selected, explains }: Message): void {
  const { from, to, fromRole, toRole } = ends;
  const right = to >= from;
  // Two actors on one lifeline speak beside it.
  const [start, end] = from === to ? [from, from + 24] : [Math.min(from, to), Math.max(from, to)];
  const line = row.kind === 'closed' ? '·' : row.sealed ? '━' : '─';
  const look: Omit<Span, 'text'> = row.forged
    ? { tone: 'attacker' }
    : selected
      ? { tone: 'read' }
      : row.sealed && row.readable
        ? { tone: 'accent' }
        : lineLook;
  canvas.put(at, start + 1, line.repeat(Math.max(0, end - start - 1)), look);
  canvas.put(at, from, right ? '├' : '┤', { tone: fromRole });
  canvas.put(at, to === from ? to + 1 : right ? to - 1 : to + 1, right && to !== from ? '▶' : '◀', { tone: fromRole });
  if (to !== from) canvas.put(at, to, '│', { tone: toRole });
  const middle = (start + end) / 2;
  const room = end - start - 5;
  label(canvas, at, middle, ` ${clip(labelOf(row, explains, room), room)} `, labelLook(row, selected));
  if (explains) label(canvas, at + 1, middle, clip(row.note, end - start - 2), faintLook);
}

/** Where there is no row for an explanation, what data says stands for the word. */
function labelOf({ label: name, note, forged, sealed, readable, size }: Row, explains: boolean, room: number): string {
  const mark = forged ? ' ✎' : '';
  if (sealed && !readable) return `░░░░░░ ${size} B${mark}`;
  const short = shorterNames(name).find((one) => columnsOf(one) + columnsOf(mark) <= room) ?? shorterNames(name).at(-1);
  return `${!explains && name === 'application data' && note ? note : short}${mark}`;
}

/** The same in fewer and fewer columns: what a cell is wrapped in can be drawn. */
function shorterNames(name: string): readonly string[] {
  const layers = Number(/^cell in (\d) layers?$/.exec(name)?.[1] ?? 0);
  if (!layers) return [name, name.replace(/^alert: /, '')];
  const wrapped = (text: string) => `${'['.repeat(layers)}${text}${']'.repeat(layers)}`;
  return [name, wrapped('cell'), wrapped(''), `[${layers}]`];
}

function labelLook({ forged, sealed, readable, kind }: Row, selected: boolean): Omit<Span, 'text'> {
  const bold = selected || forged;
  const tone: Tone = forged
    ? 'attacker'
    : selected
      ? 'read'
      : kind === 'closed'
        ? 'faint'
        : sealed && readable
          ? 'accent'
          : sealed
            ? 'faint'
            : 'text';
  return { tone, bold, ...(selected ? { on: 'band' } : sealed ? { on: 'strip' } : {}) };
}

/** A packet on its way, with its trail behind it. */
function flying(canvas: Canvas, at: number, { from, to, fromRole }: Ends, flight: number): void {
  const end = to === from ? from + 24 : to;
  const head = Math.round(from + (end - from) * (0.1 + 0.8 * flight));
  const [start, length] = head > from ? [from + 1, head - from - 1] : [head + 1, from - head - 1];
  const look = { tone: fromRole };
  canvas.put(at, start, '━'.repeat(Math.max(0, length)), look);
  canvas.put(at, head, '▣', look);
  canvas.put(at, from, head >= from ? '├' : '┤', look);
}

/** What was noted so far, in the rows that are left. */
function notes(canvas: Canvas, view: LadderView, used: number): void {
  const { stage, layout, landed } = view;
  const you = stage.cast.find(({ actor }) => actor === stage.you)?.name ?? '';
  const lines = [
    ...stage.notebook.map((text) => ({ who: `${you}, you`, text, tone: 'accent' as const })),
    ...stage.others.map(({ name, text }) => ({ who: name, text, tone: 'attacker' as const })),
  ];
  const room = Math.min(lines.length, layout.ladder - used - 2, 4);
  if (room < 1 || landed < stage.rows.length || view.quiet) return;
  const top = layout.ladder - room;
  for (const [index, { who, text, tone }] of lines.slice(-room).entries()) {
    const width = layout.columns - 4;
    const words = clip(`▍ ${plain(who)}: ${plain(text)}`, width);
    canvas.put(top + index, 2, words.padEnd(Math.min(width, columnsOf(words) + 1)), { tone: 'text' });
    canvas.put(top + index, 2, '▍', { tone });
  }
}

function label(canvas: Canvas, row: number, middle: number, text: string, look: Omit<Span, 'text'>): void {
  const words = plain(text);
  canvas.put(row, Math.round(middle - columnsOf(words) / 2), words, look);
}
