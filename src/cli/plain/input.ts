// A line that the player typed, as what it asks for.
import type { Answer } from '../../game/attempt.ts';
import type { Waiting } from '../../game/play.ts';
import type { Picked } from '../../scenarios/scenario.ts';
import { quoted } from '../../ui/printable.ts';
import type { ComposedStep } from '../../game/level.ts';
import { marksWholeMessages } from '../../game/picks.ts';
import { didYouMean } from '../../game/suggest.ts';
import { commandOf, commandWords, type PlainCommand } from './commands.ts';
import { fieldAt } from './fields.ts';

export type Input =
  | { readonly does: 'answer'; readonly answer: Answer }
  /** To look at a message; `path` are the numbers of a field in it, from 1. */
  | { readonly does: 'inspect'; readonly message: number; readonly path: readonly number[] }
  | { [Command in Exclude<PlainCommand, 'inspect'>]: { readonly does: Command } }[Exclude<PlainCommand, 'inspect'>]
  /** Nothing that can be done: one sentence that says why, and what can be typed. */
  | { readonly does: 'nothing'; readonly says: string };

/** `opened` is the message of a pick that was looked at last, from 0. */
export function readInput(line: string, waiting: Waiting, opened: number | undefined): Input {
  const words = line.trim().toLowerCase().split(/\s+/);
  const [first = '', ...rest] = words;
  if (!first) return { does: 'nothing', says: whatToType(waiting) };
  const command = commandOf(first);
  if (command === 'inspect') return readInspect(rest, waiting);
  if (command && !rest.length) return { does: command };
  const { step, options, dump } = waiting;
  const id =
    step.kind === 'pick' || 'items' in step ? step.choices.find((choice) => choice.id === first)?.id : undefined;
  if (id && !rest.length) return { does: 'answer', answer: { step: step.id, choice: id } };
  if (dump.length) return readPick(words, waiting, opened);
  if ('items' in step) return readItems(words, waiting, step);
  const chosen = /^\d{1,3}$/.test(first) ? options[Number(first) - 1] : options.find((option) => option.id === first);
  if (chosen && !rest.length) return { does: 'answer', answer: { step: step.id, choice: chosen.id } };
  const known = [...options.map((option) => option.id), ...commandWords];
  return {
    does: 'nothing',
    says: `"${quoted(line.trim())}" is none of the choices.${didYouMean(first, known)} ${whatToType(waiting)}`,
  };
}

/** One sentence on what an answer looks like. */
export function whatToType({ options, dump, step }: Waiting): string {
  if (step.kind === 'several') return 'Type the numbers of all that you choose, such as 1 3; or none; or help.';
  if (step.kind === 'order') return `Type all ${options.length} numbers in your order, such as 2 1 3; or help.`;
  if (!dump.length) return `Type a number from 1 to ${options.length}, or help.`;
  const which = dump.length === 1 ? '1' : `a number from 1 to ${dump.length}`;
  if (marksWholeMessages(step)) return `Type ${which} to mark that message, or help.`;
  return (
    `Type ${which} to open that message. To mark a field of it, type its number, such as 1.2; ` +
    'to mark bytes of the message you opened, type where they begin and how many they are, such as 16 8.'
  );
}

function readInspect(words: readonly string[], waiting: Waiting): Input {
  const numbers = words.join('.').split('.').map(Number);
  const [message, ...path] = numbers;
  if (message === undefined || !numbers.every((number) => Number.isInteger(number) && number >= 1))
    return {
      does: 'nothing',
      says: `Type inspect and the number of a message, such as inspect 1. ${
        waiting.dump.length ? 'The numbers are those of the question.' : 'The numbers are those of "messages".'
      }`,
    };
  return { does: 'inspect', message: message - 1, path };
}

/** Numbers or names, in any order for a set; `none` for the empty one. */
function readItems(words: readonly string[], { options }: Waiting, step: ComposedStep): Input {
  const nothing = (says: string): Input => ({ does: 'nothing', says });
  if (step.kind === 'several' && words.length === 1 && words[0] === 'none')
    return { does: 'answer', answer: { step: step.id, items: [] } };
  const known = options.map(({ id }) => id);
  const items = words
    .flatMap((word) => word.split(','))
    .filter(Boolean)
    .map((word) => (/^\d{1,3}$/.test(word) ? (options[Number(word) - 1]?.id ?? word) : word));
  const stranger = items.find((item) => !known.includes(item));
  if (stranger !== undefined)
    return nothing(`"${quoted(stranger)}" is none of them.${didYouMean(stranger, [...known, ...commandWords])}`);
  if (new Set(items).size !== items.length) return nothing('One of them comes twice. Name each once.');
  if (step.kind === 'order' && items.length !== options.length)
    return nothing(`All ${options.length} have a place: you named ${items.length}.`);
  return { does: 'answer', answer: { step: step.id, items } };
}

function readPick(words: readonly string[], waiting: Waiting, opened: number | undefined): Input {
  const { dump, step } = waiting;
  const nothing = (says: string): Input => ({ does: 'nothing', says });
  const typed = quoted(words.join(' '));
  const [first = ''] = words;
  if (words.length === 1 && /^\d+(\.\d+)*$/.test(first)) {
    const [record = 0, ...path] = first.split('.').map((number) => Number(number) - 1);
    const entry = dump[record];
    if (!entry) return nothing(`There is no message ${quoted(first.split('.')[0] ?? '')}. ${whatToType(waiting)}`);
    if (!path.length && !marksWholeMessages(step)) return { does: 'inspect', message: record, path: [] };
    const field = path.length ? fieldAt(entry.fields, path) : { offset: 0, length: entry.bytes.length };
    if (!field)
      return nothing(`Message ${record + 1} has no field ${typed}. Type ${record + 1} to see those that it has.`);
    return pick(step.id, { record, offset: field.offset, length: field.length });
  }
  if (!words.every((word) => /^\d{1,7}$/.test(word)) || words.length < 2 || words.length > 3)
    return nothing(`"${typed}" is no answer here.${didYouMean(first, commandWords)} ${whatToType(waiting)}`);
  const numbers = words.map(Number);
  const [offset = 0, length = 0] = numbers.slice(-2);
  const record = words.length === 3 ? (numbers[0] ?? 0) - 1 : dump.length === 1 ? 0 : opened;
  if (record === undefined) return nothing(`Bytes of which message? Open one first: ${whatToType(waiting)}`);
  const size = dump[record]?.bytes.length;
  if (size === undefined) return nothing(`There is no message ${record + 1}. ${whatToType(waiting)}`);
  if (length < 1 || offset + length > size)
    return nothing(`Message ${record + 1} has ${size} bytes, numbered from 0: those that you marked are not in it.`);
  return pick(step.id, { record, offset, length });
}

const pick = (step: string, value: Picked): Input => ({ does: 'answer', answer: { step, value } });
