// What plain mode says: lines of text from what the game knows. Pure; the order is that in which they are to be heard.
import type { Row, Stage } from '../../game/view.ts';
import { bossResult, bossRule } from '../../game/boss.ts';
import type { Level } from '../../game/level.ts';
import { marksWholeMessages } from '../../game/picks.ts';
import type { Judged, Waiting } from '../../game/play.ts';
import { type Score, score } from '../../game/score.ts';
import type { Seen } from '../../game/simulate.ts';
import { masked } from '../../scenarios/scenario.ts';
import { printable, printableLines, rfcInWords } from '../../ui/printable.ts';
import { wrap } from '../../ui/wrap.ts';
import { whatToType } from './input.ts';

export const paragraphs = (text: string): string[] => printableLines(text).flatMap((line) => wrap(line));

export function levelHeading(level: Level, seed: string, brief: string): string[] {
  const minutes = level.minutes === 1 ? 'a minute' : `${level.minutes} minutes`;
  const { boss } = score([], level, undefined);
  return [
    printable(boss ? `Boss: ${level.title}` : level.title),
    ...wrap(`Level ${level.id}, about ${minutes}, seed ${printable(seed)}.`),
    ...(boss ? wrap(bossRule(boss)) : []),
    '',
    ...paragraphs(brief),
  ];
}

/** Who you are in an act; said at its beginning. */
export function actHeading(seen: Seen, index: number, acts: number): string[] {
  const cast = masked(seen.cast);
  const you = cast.find(({ actor }) => actor === seen.you);
  const others = cast.filter(({ actor }) => actor !== seen.you).map(({ title }) => printable(title));
  const role = { client: 'the client', server: 'the server', attacker: 'the attacker' }[seen.act.role];
  const { title, brief } = seen.act;
  return [
    ...(acts > 1 ? [`Part ${index + 1} of ${acts}${title ? `: ${printable(title)}` : ''}`] : []),
    ...wrap(`You are ${role}: ${printable(you?.title ?? seen.you)}. On the line with you: ${others.join(', ')}.`),
    ...(brief ? paragraphs(brief) : []),
  ];
}

export function question(waiting: Waiting, number: number): string[] {
  const { options, dump, step } = waiting;
  const asked = wrap(`Decision ${number}. ${printable(waiting.ask)}`);
  const offered = options.flatMap(({ label, note }, index) => [
    ...wrap(printable(label), `  ${index + 1}. `),
    ...(note ? wrap(printable(note), '     ') : []),
  ]);
  const messages = dump.flatMap(({ name, bytes }, index) =>
    wrap(`${printable(name)}, ${sizeOf(bytes.length)}`, `  ${index + 1}. `),
  );
  const look =
    dump.length && marksWholeMessages(step) ? wrap('To look into one first, type inspect and its number.') : [];
  return [...asked, ...offered, ...messages, ...look, ...wrap(whatToType(waiting))];
}

/** The verdict itself; its explanation comes after what happened on the wire. */
export const verdict = ({ label, safe, headline }: Judged): string[] => [
  ...wrap(`You chose: ${printable(label)}`),
  ...wrap(`${safe ? 'Right.' : 'Wrong.'} ${printable(headline)}`),
];
export const explanation = ({ says, rfc }: Judged): string[] => [
  ...paragraphs(rfc ? `${says} (${rfcInWords(rfc)})` : says),
];

export function rowLine(row: Row, number: number, stage: Stage): string[] {
  const name = (actor: string) => printable(stage.cast.find((one) => one.actor === actor)?.name ?? actor);
  const [from, to] = [name(row.from), name(row.to)];
  const note = row.note ? ` ${sentence(printable(row.note))}` : '';
  const says = {
    message: () => `${from} to ${to}: ${messageInWords(row)}.${note}`,
    closed: () => `${from} closes the connection to ${to}.${note}`,
    timeout: () => `${from} waits, and nothing comes any more.${note}`,
  }[row.kind]();
  return wrap(says, `  ${number}. `);
}

function messageInWords({ label, sealed, readable, forged, size }: Row): string {
  const lock = !sealed ? 'in the clear' : readable ? 'sealed, and you hold the key' : 'sealed, and you cannot read it';
  return [printable(label) || 'a record', forged ? 'forged' : '', sizeOf(size), lock].filter(Boolean).join(', ');
}

/** The lines between the actors: open, or shut and with whose key. */
export function legLines({ legs, cast }: Stage): string[] {
  const name = (actor: string) => printable(cast.find((one) => one.actor === actor)?.name ?? actor);
  return legs.map(({ left, right, shut, yours }) => {
    const state = !shut ? 'open: all can be read' : yours ? 'sealed, and you hold the key' : 'sealed, and not by you';
    return `The line between ${name(left)} and ${name(right)} is ${state}.`;
  });
}

export function scoreLines({ points, stars, boss, decisions }: Score): string[] {
  const tries = (count: number) => ({ 1: 'first try', 2: 'second try', 3: 'third try' })[count] ?? `${count} tries`;
  const hints = ['no hint', 'one hint', 'two hints', 'three hints'];
  return [
    `Score: ${points} of 100 points, ${stars} of 3 stars.`,
    ...(boss ? wrap(bossResult(boss)) : []),
    ...decisions.map(
      (one, index) =>
        `  Decision ${index + 1}: ${tries(one.tries)}, ${hints[one.hints]}: ${one.points} of ${one.of} points.`,
    ),
  ];
}

const sizeOf = (bytes: number): string => (bytes === 1 ? '1 byte' : `${bytes} bytes`);

/** Notes are written as fragments for a narrow column. */
const sentence = (text: string): string =>
  `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?…:”"']$/.test(text) ? '' : '.'}`;
