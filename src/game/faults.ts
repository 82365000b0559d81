// From the text of a YAML file to data of a schema, or to what is wrong with it: file, line and key of every fault.
import type * as z from 'zod';
import { type Path, type Problem, readYaml } from './yamlFile.ts';

/** Something wrong in a file of levels or of the codex. */
export interface Fault {
  readonly file: string;
  /** From 1, as is the column. */
  readonly line: number;
  readonly column?: number;
  /** Such as `acts[0].steps[1].choices[2].answer`; empty where it is the file as a whole. */
  readonly key: string;
  /** One sentence or two: what is wrong and what to do. */
  readonly message: string;
}

/** What a file holds. `faultsAt` says where in it a problem is that was found later. */
export interface Read<Value> {
  readonly value: Value;
  readonly faultsAt: (problems: readonly Problem[]) => readonly Fault[];
}

/** More than anybody reads at once. */
const mostFaults = 40;

/** Reads a file: its syntax and its schema. */
export function readAs<Value>(
  text: string,
  file: string,
  parse: (data: unknown) => z.ZodSafeParseResult<Value>,
): (Read<Value> & { readonly data: unknown }) | { readonly faults: readonly Fault[] } {
  const { data, problems, locate } = readYaml(text);
  const faultsAt = (found: readonly Problem[]) =>
    found
      .map((problem): Fault => ({ file, ...locate(problem), key: keyText(problem.path), message: problem.message }))
      .sort((a, b) => a.line - b.line || (a.column ?? 0) - (b.column ?? 0))
      .slice(0, mostFaults);
  if (problems.length) return { faults: faultsAt(problems) };
  const parsed = parse(data);
  if (!parsed.success) return { faults: faultsAt(parsed.error.issues.flatMap((issue) => inWords(issue, data))) };
  return { value: parsed.data, data, faultsAt };
}

/** `acts[0].steps[1].id` */
export const keyText = (path: Path): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text ? `${text}.${key}` : key;
  }, '');

/** What the schema found, in plain English, at the keys where it is. */
function inWords(issue: z.core.$ZodIssue, data: unknown, above: Path = []): Problem[] {
  const path = [...above, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  const say = (message: string): Problem[] => [{ path, message }];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], message: `There is no key "${key}" here. Remove it.` }));
    case 'invalid_type':
      return valueAt(data, path) === undefined
        ? say(`"${path.at(-1) ?? 'level'}" is missing. Add it.`)
        : say(`This must be ${kindNames[issue.expected] ?? issue.expected}.`);
    case 'invalid_value':
      return say(`This must be ${issue.values.map(String).join(' or ')}.`);
    case 'too_big':
    case 'too_small':
      return say(outOfBounds(issue));
    case 'invalid_union':
      return closest(issue, data, path) ?? say(sentence(issue.message));
    case 'invalid_key':
      return say(sentence(issue.issues[0]?.message ?? issue.message));
    default:
      return say(sentence(issue.message));
  }
}

/** Of a union: what is wrong with the form that was meant, if one fits so far that something inside it is what is wrong. */
function closest(issue: z.core.$ZodIssueInvalidUnion, data: unknown, path: Path): Problem[] | undefined {
  const depth = (issues: readonly z.core.$ZodIssue[]) => Math.max(0, ...issues.map((one) => one.path.length));
  const [best] = [...issue.errors].sort((a, b) => depth(b) - depth(a));
  return best && depth(best) > 0
    ? best.filter((one) => one.path.length).flatMap((one) => inWords(one, data, path))
    : undefined;
}

const kindNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a map of keys and values',
  record: 'a map of keys and values',
};
function outOfBounds(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall): string {
  const bound = issue.code === 'too_big' ? `at most ${issue.maximum}` : `at least ${issue.minimum}`;
  const big = issue.code === 'too_big';
  if (issue.origin === 'array') return `This list is too ${big ? 'long' : 'short'}: ${bound} belong in it.`;
  if (issue.origin === 'string') return big ? `This is too long: ${bound} characters.` : 'This is empty.';
  return `This is too ${big ? 'big' : 'small'}: ${bound}.`;
}

const sentence = (message: string): string =>
  `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`;

const valueAt = (data: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    data,
  );
