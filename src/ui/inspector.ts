// The bytes of a message with its fields: lines of spans for the inspector.
import type { Layer } from '../game/view.ts';
import type { Field } from '../tls/codec.ts';
import type { FieldNote } from '../tls/fieldNotes.ts';
import { ends, fitted, type Line, type Span, span, type Tone } from './spans.ts';
import { wrap } from './wrap.ts';

export interface Inspected {
  readonly layer: Layer;
  /** The fields of the level that is walked, and the one that is selected. */
  readonly siblings: readonly Field[];
  readonly field: Field | undefined;
  readonly note: FieldNote | undefined;
}

/** Rows under the bytes: a rule, the field, and two of its meaning. */
const rowsBelow = 4;

export function inspectorLines({ layer, siblings, field, note }: Inspected, width: number, height: number): Line[] {
  const wide = width >= 69;
  const perRow = wide ? 16 : 8;
  const gap = ' '.repeat(width >= (wide ? 71 : 39) ? 2 : 1);
  const rows = Math.max(1, Math.ceil(layer.bytes.length / perRow));
  const room = Math.max(1, height - rowsBelow);
  const wanted = Math.floor((field?.offset ?? 0) / perRow);
  const first = Math.max(0, Math.min(wanted - 1, rows - room));
  const lookAt = looksOf(layer.bytes.length, siblings, field);
  const lines: Line[] = [];
  for (let row = first; row < first + room; row++) {
    if (row >= rows) {
      lines.push([]);
      continue;
    }
    const at = row * perRow;
    const bytes = [...layer.bytes.subarray(at, at + perRow)];
    const looks = bytes.map((_, index) => lookAt(at + index));
    lines.push([
      span(at.toString(16).padStart(4, '0'), 'faint'),
      { text: gap },
      ...joined(
        bytes.map((byte) => byte.toString(16).padStart(2, '0')),
        looks,
        perRow,
      ),
      { text: gap },
      ...bytes.map((byte, index) => charactersOf(byte, looks[index] ?? {})),
    ]);
  }
  return [...lines, ...below(field, note, width)];
}

type Look = Omit<Span, 'text'>;

/** The selected field bold on a band; its neighbours in turn of the colours; the rest faint. */
function looksOf(length: number, siblings: readonly Field[], field: Field | undefined): (at: number) => Look {
  const tones: readonly Tone[] = ['client', 'accent', 'server', 'key', 'attacker'];
  const looks = new Array<Look>(length).fill({ tone: 'faint' });
  for (const [index, one] of siblings.entries()) {
    const look: Look =
      one === field ? { tone: 'read', on: 'band', bold: true } : { tone: tones[index % tones.length] ?? 'text' };
    looks.fill(look, one.offset, one.offset + one.length);
  }
  return (at) => looks[at] ?? {};
}

/** Bytes with a space between them; a space inside a selection belongs to it. */
function joined(texts: readonly string[], looks: readonly Look[], perRow: number): Span[] {
  const spans = texts.map((text, index): Span => {
    const [look = {}, next] = [looks[index], looks[index + 1]];
    // The space before the next byte shows no colour, only a band: without one it need not be told apart.
    const together = index < texts.length - 1 && (!look.on || next === look);
    return { ...look, text: together ? `${text} ` : text };
  });
  const out = spans.flatMap((one, index): Span[] =>
    index === spans.length - 1 || one.text.endsWith(' ') ? [one] : [one, { text: ' ' }],
  );
  const missing = (perRow - texts.length) * 3;
  return missing ? [...out, { text: ' '.repeat(missing) }] : out;
}

const charactersOf = (byte: number, look: Look): Span =>
  byte >= 0x20 && byte < 0x7f
    ? { ...look, text: String.fromCharCode(byte) }
    : { ...look, text: '·', ...(look.on ? {} : { tone: 'line' }) };

function below(field: Field | undefined, note: FieldNote | undefined, width: number): Line[] {
  const rule = { text: '─', tone: 'line' } as const;
  if (!field) return [[{ ...rule, text: '─'.repeat(width) }], [], [], []];
  const rfc = note ? [span(` RFC ${note.rfc} `, 'faint'), span('─', 'line')] : [];
  const where = `${field.length === 1 ? '1 byte' : `${field.length} bytes`} at ${field.offset}`;
  const nested = field.children?.length ? [span(`  ⏎ ${field.children.length}`, 'faint')] : [];
  const name: Line = [
    span('▍', 'accent'),
    span(field.name, 'read', { bold: true }),
    span(`  ${where}`, 'faint'),
    ...(field.value === undefined ? [] : [span(`  ${field.value}`, 'text')]),
  ];
  const why = note ? wrap(note.why, '', width).slice(0, 2) : [];
  return [
    ends([], rfc, width, rule),
    fitted(nested.length ? [...fitted(name, width - 5), ...nested] : name, width),
    ...[0, 1].map((index): Line => [span(why[index] ?? '', 'text')]),
  ];
}
