// A relay's notebook, as it is found on its disk: with whom it exchanged cells, and nothing else.
import { type Field, Reader, Writer } from '../tls/codec.ts';
import { Refusal } from '../tls/effects.ts';

/** No byte that anything else begins with. */
const notebookByte = 0xc2;

export interface Notebook {
  readonly name: string;
  readonly lines: readonly string[];
  readonly bytes: Uint8Array;
  readonly fields: readonly Field[];
}

export function encodeNotebook(owner: string, lines: readonly string[]): Notebook {
  const writer = new Writer(false).uint(1, 'notebook_kind', notebookByte);
  for (const line of [owner, ...lines])
    writer.vector(2, 'notebook_line', (inner) => inner.bytes('notebook_text', latin1(line)));
  const { bytes } = writer.done();
  return describeNotebook(bytes) as Notebook;
}

/** Nothing where the bytes are no notebook. */
export function describeNotebook(bytes: Uint8Array): Notebook | undefined {
  if (bytes[0] !== notebookByte) return undefined;
  try {
    const reader = new Reader(bytes);
    reader.uint(1, 'notebook_kind', () => 'a notebook');
    const [owner = '', ...lines] = reader.list((inner) =>
      inner.vector(
        2,
        'notebook_line',
        (line) => Buffer.from(line.rest('notebook_text', text)).toString('latin1'),
        String,
      ),
    );
    return { name: `notebook of ${owner}`, lines, bytes, fields: reader.done() };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

const latin1 = (value: string): Uint8Array => Buffer.from(value, 'latin1');
const text = (value: Uint8Array): string => Buffer.from(value).toString('latin1');
