// A message of the ladder, or of a question, in full.
import type { Row, Stage } from '../../game/view.ts';
import type { Dump } from '../../scenarios/scenario.ts';
import { printable } from '../../ui/printable.ts';
import { wrap } from '../../ui/wrap.ts';
import { fieldAt, fieldInFull, fieldLines, hexLines, type NoteFor } from './fields.ts';
import { legLines, rowLine } from './narrate.ts';

/** Which message, from 0, and the numbers of a field in it, from 1. */
interface Which {
  readonly message: number;
  readonly path: readonly number[];
}
/** A way to see a message: its bytes and their fields. The fields of all ways are numbered on. */
type Layer = Row['layers'][number];

export function legsAndRows(stage: Stage): string[] {
  if (!stage.rows.length) return ['Nothing has been sent yet.'];
  return [...legLines(stage), ...stage.rows.flatMap((row, index) => rowLine(row, index + 1, stage))];
}

export function rowInFull(stage: Stage, { message, path }: Which, noteFor: NoteFor): string[] {
  const row = stage.rows[message];
  if (!row) return [noSuch(message, stage.rows.length)];
  if (!row.layers.length) return [...rowLine(row, message + 1, stage), 'There are no bytes to it.'];
  return path.length
    ? field(row.layers, { message, path }, noteFor)
    : [...rowLine(row, message + 1, stage), ...layers(row.layers, message)];
}

export function dumpInFull(dump: readonly Dump[], { message, path }: Which, noteFor: NoteFor): string[] {
  const entry = dump[message];
  if (!entry) return [noSuch(message, dump.length)];
  const layer = { title: '', bytes: entry.bytes, fields: entry.fields };
  return path.length
    ? field([layer], { message, path }, noteFor)
    : [`Message ${message + 1}: ${printable(entry.name)}, ${entry.bytes.length} bytes.`, ...layers([layer], message)];
}

const noSuch = (message: number, messages: number): string =>
  messages
    ? `There is no message ${message + 1}: they are numbered from 1 to ${messages}.`
    : 'Nothing has been sent yet.';

function layers(all: readonly Layer[], message: number): string[] {
  let first = 1;
  return all.flatMap(({ title, bytes, fields }) => {
    const lines = [
      ...(title ? wrap(`${printable(title)}:`) : []),
      ...fieldLines(fields, `${message + 1}`, first),
      'Bytes (place, hexadecimal, characters):',
      ...hexLines(bytes),
    ];
    first += fields.length;
    return lines;
  });
}

function field(all: readonly Layer[], { message, path }: Which, noteFor: NoteFor): string[] {
  const [position = 1, ...rest] = path;
  const number = [message + 1, ...path].join('.');
  let first = 1;
  for (const { bytes, fields } of all) {
    const found = fieldAt(fields, [position - first, ...rest.map((one) => one - 1)]);
    if (found) return fieldInFull(found, bytes, number, noteFor);
    first += fields.length;
  }
  return [`Message ${message + 1} has no field ${number}. Type inspect ${message + 1} to see those that it has.`];
}
