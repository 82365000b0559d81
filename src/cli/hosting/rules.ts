// How a round is played and counted, as a teacher types it: on the command line, or behind `round` at the host.
import type { Rules } from '../../classroom/events.ts';
import { didYouMean } from '../../game/suggest.ts';
import { quoted } from '../../ui/printable.ts';

/** By the words that are typed. All are off unless they are wished for: they discourage those who are behind. */
const extras = { speed: 'speedBonus', streaks: 'streaks', 'first-blood': 'firstBlood', decay: 'decay' } as const;

const usualRules: Rules = { attempts: 2, speedBonus: false, streaks: false, firstBlood: false, decay: false };

export interface TypedRules {
  readonly attempts?: string | undefined;
  readonly rules?: string | undefined;
}

/** What is typed, and where nothing is the usual; or one sentence on what is wrong. */
export function rulesFrom({ attempts, rules }: TypedRules, usual: Rules = usualRules): Rules | string {
  if (attempts !== undefined && !/^[1-9]$/.test(attempts))
    return `--attempts takes a number from 1 to 9, not "${quoted(attempts)}".`;
  const wished = rules?.split(',').filter((word) => word && word !== 'none');
  const known = Object.keys(extras);
  const strange = wished?.find((word) => !known.includes(word));
  if (strange !== undefined)
    return `--rules takes ${known.join(', ')} with commas between, or none, not "${quoted(strange)}".${didYouMean(strange, known)}`;
  const on = Object.entries(extras).map(([word, rule]) => [rule, wished?.includes(word) ?? usual[rule]]);
  return { ...usual, ...Object.fromEntries(on), ...(attempts === undefined ? {} : { attempts: Number(attempts) }) };
}

/** `2 attempts at each, with speed, decay`. */
export function rulesInWords(rules: Rules): string {
  const on = Object.entries(extras).flatMap(([word, rule]) => (rules[rule] ? [word] : []));
  const attempts = rules.attempts === 1 ? 'one attempt' : `${rules.attempts} attempts`;
  return `${attempts} at each${on.length ? `, with ${on.join(', ')}` : ''}`;
}

/** What was typed behind `round`, apart: the levels, and `--attempts` and `--rules` wherever they stand. */
export function roundTyped(typed: string): TypedRules & { readonly levels: string } {
  let levels = ` ${typed} `;
  const take = (option: string): string | undefined => {
    const [all = '', value] = new RegExp(` --${option}[ =](\\S*) `).exec(levels) ?? [];
    levels = levels.replace(all, ' ');
    return value;
  };
  const [attempts, rules] = [take('attempts'), take('rules')];
  return { levels: levels.trim(), attempts, rules };
}
