// What is put together from items: several of them, or all of them in an order. Given as a list of their ids.
import type { ComposedStep } from './level.ts';
import { fillDeep, type Words } from './words.ts';

/** The list in the one form that counts: a set has the order of the file. Nothing where the step does not take it. */
export function normalForm({ kind, items }: ComposedStep, given: readonly string[]): readonly string[] | undefined {
  const ids = items.map(({ id }) => id);
  const chosen = new Set(given);
  if (chosen.size !== given.length || given.some((id) => !ids.includes(id))) return undefined;
  if (kind === 'several') return ids.filter((id) => chosen.has(id));
  return given.length === ids.length ? given : undefined;
}

/** The choice that names this list; nothing where it is left to `otherwise`. */
export const choiceOfItems = (
  step: ComposedStep,
  given: readonly string[],
): ComposedStep['choices'][number] | undefined =>
  step.choices.find((choice) => normalForm(step, choice.items)?.join(' ') === given.join(' '));

/** What the point is given: the values of the items under the key that the step names, beside what it says as well. */
export function composedAnswer(step: ComposedStep, given: readonly string[], words: Words): unknown {
  const values = given.map((id) => fillDeep(step.items.find((item) => item.id === id)?.value, words));
  return { ...(fillDeep(step.with, words) as object), [step.as]: values };
}

/** Of so few items all sets, all orders. */
const mostForSets = 6;
const mostForOrders = 5;

/**
 * Every list that the prover runs: all sets of up to six items, all orders of up to five; of more those that are named,
 * with each neighbour swapped, or each item added or left out.
 */
export function everyList(step: ComposedStep): readonly (readonly string[])[] {
  const ids = step.items.map(({ id }) => id);
  const named = step.choices.flatMap((choice) => {
    const list = normalForm(step, choice.items);
    return list ? [list] : [];
  });
  const all =
    step.kind === 'several'
      ? ids.length <= mostForSets
        ? subsets(ids)
        : named.flatMap((list) => [
            list,
            ...ids.map((id) => (list.includes(id) ? list.filter((one) => one !== id) : [...list, id])),
          ])
      : ids.length <= mostForOrders
        ? orders(ids)
        : named.flatMap((list) => [list, ...list.slice(1).map((_, index) => swapped(list, index))]);
  const normal = all.map((list) => normalForm(step, list) ?? list);
  return [...new Map(normal.map((list) => [list.join(' '), list])).values()];
}

const subsets = (ids: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: 2 ** ids.length }, (_, set) => ids.filter((_id, index) => Math.floor(set / 2 ** index) % 2));

function orders(ids: readonly string[]): readonly (readonly string[])[] {
  if (ids.length < 2) return [ids];
  return ids.flatMap((id) => orders(ids.filter((other) => other !== id)).map((rest) => [id, ...rest]));
}

function swapped(list: readonly string[], at: number): readonly string[] {
  const [one, other] = [list[at], list[at + 1]];
  return one === undefined || other === undefined ? list : list.with(at, other).with(at + 1, one);
}

/** What stands for the answer so far, one item after the other given or taken back: in an order, with all behind it. */
export function toggled({ kind }: Pick<ComposedStep, 'kind'>, list: readonly string[], id: string): readonly string[] {
  const at = list.indexOf(id);
  if (at < 0) return [...list, id];
  return kind === 'order' ? list.slice(0, at) : list.filter((one) => one !== id);
}

/** Whether the list is an answer. A set may be empty; an order has all items. */
export const isWhole = ({ kind, items }: ComposedStep, list: readonly string[]): boolean =>
  kind === 'several' || list.length === items.length;
