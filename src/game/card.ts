// What one may paste anywhere: a small picture of a result, in plain characters. It gives no answer away.
import type { Level } from './level.ts';
import type { Score } from './score.ts';

/** Its lines: name, roles, stars, and how each decision went. */
export function cardOf(level: Level, seed: string, { points, stars, decisions }: Score): readonly string[] {
  const roles = [...new Set(level.acts.map(({ role }) => role))].join(', ');
  const hints = decisions.reduce((sum, one) => sum + one.hints, 0);
  const inside = [
    level.title,
    `${'★'.repeat(stars)}${'☆'.repeat(3 - stars)}  ${points} of 100, as the ${roles}`,
    `${decisions.map(({ tries }) => (tries === 1 ? '✓' : String(tries))).join(' ')}${hints ? `   hints: ${hints}` : ''}`,
  ];
  const name = '─ HTTPS Quest ';
  const width = Math.max(...inside.map((line) => [...line].length), name.length) + 2;
  return [
    `╭${name}${'─'.repeat(width - name.length)}╮`,
    ...inside.map((line) => `│ ${line}${' '.repeat(width - [...line].length - 1)}│`),
    `╰${'─'.repeat(width)}╯`,
    `https-quest play ${level.id} --seed ${/^[\w.-]+$/.test(seed) ? seed : JSON.stringify(seed)}`,
  ];
}
