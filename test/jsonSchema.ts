// JSON Schema draft 7, as far as the schema of level files uses it. Throws at a keyword that it does not know.
import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../scripts/levelSchema.ts';

/** Where the data does not fit, each as a path; none where it does. */
export function misfits(data: unknown, schema: Json | boolean, root: Json, path = ''): string[] {
  if (schema === true) return [];
  if (schema === false) return [`${path} is not allowed`];
  const fits = (inner: unknown) => !misfits(data, inner as Json, root, path).length;
  const wrong = (holds: boolean): string[] => (holds ? [] : [path]);
  const below = (value: unknown, inner: unknown, key: string | number) =>
    misfits(value, inner as Json, root, `${path}/${key}`);
  const map = typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Json) : undefined;
  const keywords: Readonly<Record<string, (value: never) => string[]>> = {
    $ref: (name: string) =>
      misfits(data, (root.definitions as Json)[name.replace('#/definitions/', '')] as Json, root, path),
    type: (type: string) => wrong(typeOf(data).includes(type)),
    const: (value: unknown) => wrong(isDeepStrictEqual(data, value)),
    enum: (values: readonly unknown[]) => wrong(values.some((value) => isDeepStrictEqual(data, value))),
    allOf: (all: readonly Json[]) => all.flatMap((inner) => misfits(data, inner, root, path)),
    anyOf: (all: readonly Json[]) => wrong(all.some(fits)),
    oneOf: (all: readonly Json[]) => wrong(all.filter(fits).length === 1),
    if: (condition: Json) => misfits(data, ((fits(condition) ? schema.then : schema.else) ?? true) as Json, root, path),
    properties: (inner: Json) =>
      Object.entries(inner).flatMap(([key, one]) => (map && Object.hasOwn(map, key) ? below(map[key], one, key) : [])),
    additionalProperties: (inner: unknown) =>
      Object.entries(map ?? {}).flatMap(([key, value]) =>
        Object.hasOwn((schema.properties ?? {}) as Json, key) ? [] : below(value, inner, key),
      ),
    propertyNames: (inner: unknown) => Object.keys(map ?? {}).flatMap((key) => below(key, inner, key)),
    required: (keys: readonly string[]) => wrong(!map || keys.every((key) => Object.hasOwn(map, key))),
    items: (inner: unknown) =>
      Array.isArray(data)
        ? data.flatMap((value, index) => below(value, (Array.isArray(inner) ? inner[index] : inner) ?? true, index))
        : [],
    additionalItems: (inner: boolean) =>
      wrong(inner || !Array.isArray(data) || data.length <= (schema.items as readonly unknown[]).length),
    minItems: (least: number) => wrong(!Array.isArray(data) || data.length >= least),
    maxItems: (most: number) => wrong(!Array.isArray(data) || data.length <= most),
    minLength: (least: number) => wrong(typeof data !== 'string' || data.length >= least),
    maxLength: (most: number) => wrong(typeof data !== 'string' || data.length <= most),
    pattern: (pattern: string) => wrong(typeof data !== 'string' || new RegExp(pattern, 'u').test(data)),
    minimum: (least: number) => wrong(typeof data !== 'number' || data >= least),
    maximum: (most: number) => wrong(typeof data !== 'number' || data <= most),
  };
  return Object.entries(schema).flatMap(([key, value]) => {
    if (says.has(key)) return [];
    const check = keywords[key];
    if (!check) throw new Error(`JSON Schema has a keyword that this test does not know: ${key}`);
    return check(value as never);
  });
}

/** What only says something, or belongs to another keyword. */
const says = new Set(['$schema', 'title', 'description', 'default', 'definitions', 'then', 'else']);

function typeOf(data: unknown): readonly string[] {
  if (data === null) return ['null'];
  if (Array.isArray(data)) return ['array'];
  return Number.isInteger(data) ? ['integer', 'number'] : [typeof data];
}
