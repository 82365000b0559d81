// Field maps as tests look at them.
import type { Field } from '../../src/tls/codec.ts';

/** The innermost fields, in their order. */
export const leaves = (fields: readonly Field[]): readonly Field[] =>
  fields.flatMap((field) => (field.children?.length ? leaves(field.children) : [field]));

/** The value of the field at the end of a path of names. */
export function valueAt(fields: readonly Field[], ...[name, ...deeper]: readonly string[]): string | undefined {
  const field = fields.find((one) => one.name === name);
  return deeper.length ? valueAt(field?.children ?? [], ...deeper) : field?.value;
}
