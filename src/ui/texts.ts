// What the panels say, as lines: briefs, questions, hints, verdicts, the notebook and the keys.
import { bossAfterSlip, bossRule, noHints } from '../game/boss.ts';
import type { Row } from '../game/view.ts';
import { fill } from '../game/words.ts';
import { isPick, offersHint, type Playing } from '../store/playing.ts';
import { glyphOf } from './ladder.ts';
import { ends, type Line, type Span, span, type Tone } from './spans.ts';
import { rfcInWords } from './printable.ts';
import { wrap } from './wrap.ts';

const words = (text: string, width: number, tone: Tone = 'text', more: Omit<Span, 'text' | 'tone'> = {}): Line[] =>
  wrap(text, '', width).map((line) => [span(line, tone, more)]);
const blank: Line = [];

/** What it is about, before the first decision of an act. */
export function briefLines({ level, snapshot, act, stage, score }: Playing, width: number): readonly Line[] {
  const seen = snapshot.acts[act];
  if (!seen) return [];
  const you = stage.cast.find(({ actor }) => actor === stage.you);
  const others = stage.cast.filter(({ actor }) => actor !== stage.you).map(({ title }) => title);
  const role = { client: 'the client', server: 'the server', attacker: 'the attacker' }[seen.act.role];
  return [
    ...(act === 0 ? [...words(fill(level.brief, seen.words), width, 'read'), blank] : []),
    ...(act === 0 && score.boss ? [...words(bossRule(score.boss), width, 'accent'), blank] : []),
    ...(seen.act.brief ? [...words(seen.act.brief, width, 'read'), blank] : []),
    [
      span(`${glyphOf[seen.act.role]} `, seen.act.role),
      span(`You are ${role}: `, 'text'),
      span(you?.title ?? stage.you, seen.act.role, { bold: true }),
    ],
    ...words(`On the line with you: ${others.join(', ')}.`, width, 'faint'),
  ];
}

/** The question, or the hint in its place. */
export function questionLines(playing: Playing, width: number): readonly Line[] {
  const { waiting } = playing.snapshot;
  if (!waiting) return [];
  if (playing.aside === 'hint' && !waiting.hints.length)
    return [...words(waiting.ask, width, 'read'), ...words(noHints(playing.level), width, 'accent')];
  if (playing.aside === 'hint') {
    const hint = waiting.hints[playing.hints - 1];
    const more = playing.hints < waiting.hints.length ? 'h shows the next hint.' : '';
    return hint
      ? [...words(hint, width, 'read'), ...(more ? words(more, width, 'faint', { italic: true }) : [])]
      : [
          ...words(waiting.ask, width, 'read'),
          blank,
          ...words('Twice wrong is no shame. Press h for a hint.', width, 'accent'),
        ];
  }
  const offer = offersHint(playing) ? words('There is a hint: press h.', width, 'accent') : [];
  return [...words(waiting.ask, width, 'read'), ...offer];
}

/** The last verdict: what the harm was, and why; its headline as well where the status line has no room for it. */
export function verdictLines(
  { snapshot, stage, since, score }: Playing,
  width: number,
  statusFits: boolean,
): readonly Line[] {
  const judged = snapshot.judged.at(-1);
  if (!judged) return words('Everything here was decided. Go on.', width, 'read');
  const aboutBoss = snapshot.slip && score.boss && bossAfterSlip(score.boss);
  const announce = snapshot.slip ? snapshot.acts.at(-1)?.world.announce : undefined;
  const you = stage.cast.find(({ actor }) => actor === stage.you)?.name ?? '';
  const own = stage.notebook.slice(since.notes).map((text) => ({ name: `${you}, you`, text, tone: 'read' as const }));
  const others = stage.others.map(({ name, text }) => ({ name, text, tone: 'attacker' as const }));
  const notes = [...own, ...others].slice(-3);
  return [
    ...(statusFits ? [] : [...words(judged.headline, width, 'read', { bold: true }), blank]),
    ...(announce ? words(announce, width, 'faint', { italic: true }) : []),
    ...notes.flatMap(({ name, text, tone }) =>
      wrap(`▍ ${name}: ${text}`, '', width).map((line): Line => [span(line, tone)]),
    ),
    ...(announce || notes.length ? [blank] : []),
    ...words(judged.says, width, 'read'),
    ...(judged.rfc ? words(rfcInWords(judged.rfc), width, 'faint') : []),
    ...(aboutBoss ? [blank, ...words(aboutBoss, width, 'accent')] : []),
  ];
}

/** A message that has come, or is on its way: from whom to whom, and what it is for. */
export function messageLines({ stage }: Playing, row: Row | undefined, width: number): readonly Line[] {
  const name = (actor: string) => stage.cast.find((one) => one.actor === actor)?.name ?? actor;
  if (!row) return [];
  return [
    ...words(`${name(row.from)} to ${name(row.to)}: ${row.label || `${row.size} sealed bytes`}`, width, 'read'),
    ...words(row.note, width, 'faint'),
  ];
}

/** What the player's actor noted, the newest in sight, and the keys it holds with how many records each was used for. */
export function notebookLines({ stage }: Playing, width: number, height: number): readonly Line[] {
  const notes = stage.notebook.length
    ? stage.notebook.flatMap((note) => wrap(note, '▍ ', width).map((line): Line => [span(line, 'read')]))
    : words('Nothing is noted yet.', width, 'faint');
  const keys = stage.keys.length
    ? stage.keys.map(({ label, value, opens }): Line => {
        const used = span(`  ${opens === 1 ? '1 record' : `${opens} records`}`, 'text');
        return ends(
          [span('■ ', 'key'), span(label, 'key', { bold: true }), span(`  ${hex(value)}`, 'faint')],
          [used],
          width,
        );
      })
    : words('You hold no keys.', width, 'faint');
  const below: readonly Line[] = [blank, [span('Your keys', 'text', { bold: true })], ...keys];
  return [...notes.slice(-Math.max(1, height - below.length)), ...below].slice(0, height);
}
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The title of the left panel, and the count at its right end. */
export function moveTitle(playing: Playing): { readonly title: string; readonly count: string } {
  const { phase, aside, hints, snapshot, score, level, act } = playing;
  if (phase === 'brief') {
    const name = snapshot.acts[act]?.act.title ?? level.title;
    const title = level.boss ? `Boss: ${name}` : name;
    return level.acts.length > 1 ? { title, count: `part ${act + 1} of ${level.acts.length}` } : { title, count: '' };
  }
  if (aside === 'notebook') return { title: 'Notebook', count: '' };
  if (phase === 'verdict') return { title: snapshot.slip ? 'What happened' : 'Why', count: '' };
  const count = playing.drill
    ? `${playing.drill.number} of ${playing.drill.of}`
    : `step ${snapshot.judged.length + 1} of ${Math.max(score.decisions.length, snapshot.judged.length + 1)}`;
  if (aside === 'hint' && hints) return { title: `Hint ${hints} of ${snapshot.waiting?.hints.length ?? 3}`, count };
  return { title: isPick(playing) ? 'Find it' : 'Your move', count };
}
