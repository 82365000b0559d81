// A run as one page to read: each message with its bytes and fields, the secrets and how they came about. No script, no request.
import type { Judged } from '../game/play.ts';
import type { Seen } from '../game/simulate.ts';
import { type Layer, type Row, stage } from '../game/view.ts';
import type { Field } from '../tls/codec.ts';
import { noteFor } from '../tls/fieldNotes.ts';
import { type Child, type Html, tag } from './html.ts';
import { secretsOf } from './secrets.ts';
import { style } from './style.ts';

export interface Report {
  readonly title: string;
  readonly level: string;
  readonly seed: string;
  readonly application: string;
  readonly acts: readonly Seen[];
  readonly judged: readonly Judged[];
}

/** A whole HTML document. */
export function reportOf({ title, level, seed, application, acts, judged }: Report): string {
  const stages = acts.map((seen) => ({ seen, rows: stage(seen, true).rows }));
  const body = tag(
    'body',
    {},
    tag(
      'header',
      {},
      tag('h1', {}, title),
      tag(
        'p',
        { class: 'soft' },
        `A run of ${application}: level ${level}, seed ${seed}. Every byte below was computed by it.`,
      ),
    ),
    tag(
      'main',
      {},
      judged.length
        ? tag(
            'section',
            { 'aria-labelledby': 'decisions' },
            tag('h2', { id: 'decisions' }, 'What was decided'),
            tag('ol', {}, judged.map(decision)),
          )
        : undefined,
      stages.map(({ seen, rows }, index) => act(seen, rows, index, acts.length)),
    ),
  );
  const head = tag(
    'head',
    {},
    tag('meta', { charset: 'utf-8' }),
    tag('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    // Nothing is loaded and nothing runs, whatever stands in the bytes.
    tag('meta', { 'http-equiv': 'Content-Security-Policy', content: "default-src 'none'; style-src 'unsafe-inline'" }),
    tag('title', {}, `${title}: a run of ${application}`),
    { html: `<style>${style}</style>` },
  );
  return `<!doctype html>\n${tag('html', { lang: 'en' }, head, body).html}\n`;
}

const decision = ({ label, safe, headline, says, rfc }: Judged): Html =>
  tag(
    'li',
    {},
    tag('p', {}, tag('strong', { class: safe ? 'right' : 'wrong' }, safe ? '\u2713 ' : '\u2717 ', label)),
    tag('p', {}, tag('em', {}, headline), ' ', says, ' ', rfc ? rfcLink(rfc) : undefined),
  );

function act(seen: Seen, rows: readonly Row[], index: number, acts: number): Html {
  const you = seen.cast.find(({ actor }) => actor === seen.you);
  const heading =
    acts > 1 ? `Part ${index + 1}${seen.act.title ? `: ${seen.act.title}` : ''}` : 'What went over the line';
  return tag(
    'section',
    { 'aria-labelledby': `act-${index}` },
    tag('h2', { id: `act-${index}` }, heading),
    tag('p', { class: 'soft' }, `Seen by ${you?.title ?? seen.you}, the ${seen.act.role}.`),
    tag(
      'nav',
      { 'aria-label': `Messages of ${heading}` },
      tag(
        'ol',
        {},
        rows.map((row, at) => tag('li', {}, tag('a', { href: `#m-${index}-${at}` }, nameOf(row, seen)))),
      ),
    ),
    rows.map((row, at) => message(row, seen, `m-${index}-${at}`)),
    secrets(seen, index),
  );
}

function nameOf({ from, to, label, sealed, readable, size }: Row, { cast }: Seen): string {
  const name = (actor: string) => cast.find((one) => one.actor === actor)?.name ?? actor;
  return `${name(from)} to ${name(to)}: ${sealed && !readable ? `${size} sealed bytes` : label}`;
}

function message(row: Row, seen: Seen, id: string): Html {
  const role = seen.cast.find(({ actor }) => actor === row.from)?.role;
  const seal =
    row.kind !== 'message'
      ? undefined
      : row.sealed
        ? row.readable
          ? 'Sealed; the key was held, so it is shown open, too.'
          : 'Sealed, and no key was held.'
        : 'In the clear.';
  return tag(
    'article',
    { id, class: role },
    tag('h3', {}, nameOf(row, seen)),
    tag(
      'p',
      { class: 'soft' },
      row.note ? `${row.note}. ` : undefined,
      seal,
      row.forged ? tag('strong', { class: 'forged' }, ' Forged.') : undefined,
    ),
    row.layers.map((layer) => layered(layer)),
  );
}

/** Longer messages are folded. */
const shownAtOnce = 320;

function layered({ title, bytes, fields }: Layer): Html {
  const marks = marksOf(fields, bytes.length);
  const content = tag(
    'div',
    { class: 'layer' },
    hexDump(bytes, marks),
    tag(
      'ul',
      { class: 'fields' },
      fields.map((field) => fieldItem(field, bytes, marks)),
    ),
  );
  const heading = `${title === 'inside' ? 'Inside' : 'On the wire'}, ${bytes.length} bytes`;
  return bytes.length <= shownAtOnce
    ? tag('div', {}, tag('h4', {}, heading), content)
    : tag('details', {}, tag('summary', {}, heading), content);
}

/** A colour for each innermost field, in turn; by the offset of each byte. */
function marksOf(fields: readonly Field[], length: number): readonly (number | undefined)[] {
  const marks = new Array<number | undefined>(length).fill(undefined);
  let next = 0;
  const visit = ({ offset, length: size, children }: Field): void => {
    if (children?.length) for (const child of children) visit(child);
    else marks.fill(next++ % 5, offset, offset + size);
  };
  for (const field of fields) visit(field);
  return marks;
}

const bytesInARow = 8;
function hexDump(bytes: Uint8Array, marks: readonly (number | undefined)[]): Html {
  const rows: Child[] = [];
  for (let at = 0; at < bytes.length; at += bytesInARow) {
    const part = [...bytes.subarray(at, at + bytesInARow)];
    const own = part.map((_, index) => marks[at + index]);
    const hex = part.map((byte) => `${byte.toString(16).padStart(2, '0')} `);
    const characters = part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '\u00b7'));
    const gap = ' '.repeat((bytesInARow - part.length) * 3 + 1);
    rows.push(`${at.toString(16).padStart(4, '0')}  `, coloured(hex, own), gap, coloured(characters, own), '\n');
  }
  return tag('pre', { class: 'hex', tabindex: '0', 'aria-label': `${bytes.length} bytes in hexadecimal` }, rows);
}

/** Neighbours of one colour in one element. */
function coloured(texts: readonly string[], marks: readonly (number | undefined)[]): Child {
  const runs: { mark: number | undefined; text: string }[] = [];
  for (const [index, text] of texts.entries()) {
    const last = runs.at(-1);
    if (last && last.mark === marks[index]) last.text += text;
    else runs.push({ mark: marks[index], text });
  }
  return runs.map(({ mark, text }) => (mark === undefined ? text : tag('span', { class: `f${mark}` }, text)));
}

function fieldItem(field: Field, bytes: Uint8Array, marks: readonly (number | undefined)[]): Html {
  const { name, offset, length, value, children } = field;
  const note = noteFor(name);
  const mark = children?.length ? undefined : marks[offset];
  const raw = Buffer.from(bytes.subarray(offset, offset + Math.min(length, 32))).toString('hex');
  return tag(
    'li',
    {},
    tag('span', { class: mark === undefined ? 'name' : `name f${mark}` }, name),
    tag('span', { class: 'soft' }, `${length === 1 ? '1 byte' : `${length} bytes`} at ${offset}`),
    value === undefined ? undefined : tag('span', {}, `${value} `),
    children?.length || !length ? undefined : tag('code', {}, raw, length > 32 ? '\u2026' : ''),
    note ? tag('p', {}, `${note.why} `, rfcLink(note.rfc)) : undefined,
    children?.length
      ? tag(
          'ul',
          {},
          children.map((child) => fieldItem(child, bytes, marks)),
        )
      : undefined,
  );
}

function secrets(seen: Seen, index: number): Html | undefined {
  const all = secretsOf(seen);
  if (!all.length) return undefined;
  return tag(
    'section',
    { 'aria-labelledby': `secrets-${index}` },
    tag('h3', { id: `secrets-${index}` }, 'Secrets, and how they came about'),
    tag(
      'p',
      { class: 'soft' },
      'Both ends compute these; nobody sends them. Whoever has one opens the records that it stands beside. ',
      rfcLink('8446 7.1'),
    ),
    tag(
      'table',
      {},
      tag(
        'thead',
        {},
        tag(
          'tr',
          {},
          ['Name', 'From', 'Value'].map((word) => tag('th', { scope: 'col' }, word)),
        ),
      ),
      tag(
        'tbody',
        {},
        all.map(({ name, from, value }) =>
          tag(
            'tr',
            {},
            tag('th', { scope: 'row' }, name),
            tag('td', {}, tag('code', {}, from)),
            tag('td', {}, tag('code', {}, Buffer.from(value).toString('hex'))),
          ),
        ),
      ),
    ),
  );
}

/** `8446 4.1.2` as a link to the text; letters are appendices. */
function rfcLink(rfc: string): Html {
  const [number = '', section = ''] = rfc.split(' ');
  const anchor = /^[A-Z]/.test(section) ? `appendix-${section}` : `section-${section}`;
  return tag(
    'a',
    { href: `https://www.rfc-editor.org/rfc/rfc${number}#${anchor}`, rel: 'noreferrer' },
    `RFC ${number}, ${section}`,
  );
}
