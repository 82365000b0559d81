// What a pick stands for. Marked bytes are a field: the smallest that has them all in it, so that every pick that can be
// executed is one that the prover can run.
import type { Dump, Picked } from '../scenarios/scenario.ts';
import type { Field } from '../tls/codec.ts';
import type { PickChoice, Step } from './level.ts';
import { fillDeep, type Words } from './words.ts';

/** A stretch of one entry of the dump that can be picked: the whole entry, a field, or a field without its length. */
export interface Region extends Picked {
  /** Names from the outermost to this field, joined by dots; empty for the whole entry. */
  readonly path: string;
}

/** Everything that can be picked, whole entries before their fields, outer fields before inner ones. */
export const regions = (dump: readonly Dump[]): Region[] =>
  dump.flatMap(({ bytes, fields }, record) =>
    bytes.length
      ? [{ record, offset: 0, length: bytes.length, path: '' }, ...fields.flatMap((field) => within(record, field, ''))]
      : [],
  );

function within(record: number, field: Field, outer: string): Region[] {
  const path = outer ? `${outer}.${field.name}` : field.name;
  const { offset, length, children = [] } = field;
  const [first] = children;
  const prefix = first?.name === 'length' && first.offset === offset ? first.length : 0;
  return [
    { record, offset, length, path },
    ...(prefix ? [{ record, offset: offset + prefix, length: length - prefix, path }] : []),
    ...children.flatMap((child) => within(record, child, path)),
  ].filter((region) => region.length > 0);
}

/** The region that marked bytes stand for; nothing where they do not lie in the dump. */
export function regionOf(dump: readonly Dump[], picked: Picked): Region | undefined {
  // Of regions with equally many bytes the last is the innermost: its name says most.
  return regions(dump)
    .filter((region) => holds(region, picked))
    .reduce<Region | undefined>((best, region) => (best && best.length < region.length ? best : region), undefined);
}

/** The choice whose targets name this region most closely; nothing where none does. The first of equals. */
export function choiceOf<Choice extends PickChoice>(
  choices: readonly Choice[],
  dump: readonly Dump[],
  region: Region,
): Choice | undefined {
  const named = choices.flatMap((choice) =>
    targetsOf(choice, dump)
      .filter((target) => holds(target, region))
      .map((target) => ({ choice, length: target.length })),
  );
  return named.sort((a, b) => a.length - b.length)[0]?.choice;
}

/** Where a choice points in this dump, in the order of its targets. */
export const targetsOf = ({ picks }: PickChoice, dump: readonly Dump[]): Region[] =>
  picks.flatMap(({ record, direction, field }) =>
    regions(dump).filter(
      (region) =>
        matches(record, dump[region.record]?.name ?? '') &&
        (direction === undefined || dump[region.record]?.direction === direction) &&
        (field === undefined ? region.path === '' : region.path !== '' && matches(field, region.path)),
    ),
  );

/** A step whose choices point where the seed's words say. */
export const pointing = (step: Step, words: Words): Step =>
  step.kind === 'pick'
    ? {
        ...step,
        choices: step.choices.map((choice) => ({
          ...choice,
          picks: fillDeep(choice.picks, words) as PickChoice['picks'],
        })),
      }
    : step;

const holds = (outer: Picked, inner: Picked): boolean =>
  outer.record === inner.record &&
  outer.offset <= inner.offset &&
  inner.offset + inner.length <= outer.offset + outer.length;

/** `*` stands for any run of characters, also of none. Linear in both: no pattern of a level file can hang the game. */
export function matches(pattern: string, name: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  const end = rest.pop();
  if (end === undefined) return pattern === name;
  if (!name.startsWith(start)) return false;
  let at = start.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - end.length >= at && name.endsWith(end);
}

/** Where no choice names a field, any bytes of a message mean the message. */
export const marksWholeMessages = (step: Step): boolean =>
  step.kind === 'pick' && step.choices.every(({ picks }) => picks.every(({ field }) => field === undefined));
