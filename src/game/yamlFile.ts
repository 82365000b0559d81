// YAML from strangers: bounded before it is composed, plain data alone, and every value can be found again in the file.
import {
  type CST,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Parser,
  parseDocument,
  visit,
} from 'yaml';
import { controlCharacters } from './letters.ts';

export type Path = readonly (string | number)[];
export interface Problem {
  readonly path: Path;
  readonly message: string;
  /** Where it is, if not at `path`. */
  readonly offset?: number;
}
export interface YamlFile {
  readonly data: unknown;
  readonly problems: readonly Problem[];
  /** Line and column, both from 1, of a problem; of a value that is missing, those of what it is missing in. */
  readonly locate: (problem: Problem) => { readonly line: number; readonly column: number };
}

/** Bytes of a level file. */
export const fileLimit = 256 * 1024;
const depthLimit = 24;
const entriesLimit = 500;

/** Reads a file; its data is to be used only where there are no problems. */
export function readYaml(text: string): YamlFile {
  if (text.length > fileLimit || Buffer.byteLength(text) > fileLimit)
    return refused(`The file is larger than ${fileLimit / 1024} KiB. A level is a few pages of text.`);
  const lines = new LineCounter();
  const tooMuch = overgrowth(text);
  if (tooMuch) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
    return { data: undefined, problems: [tooMuch], locate: ({ offset = 0 }) => position(lines, offset) };
  }
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    strict: true,
    uniqueKeys: true,
    stringKeys: true,
    merge: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  const problems = [...syntaxOf(document), ...contentOf(document)];
  return {
    data: problems.length ? undefined : document.toJS({ maxAliasCount: 0 }),
    problems,
    locate: ({ path, offset }) => position(lines, offset ?? offsetOf(document, path)),
  };
}

const refused = (message: string): YamlFile => ({
  data: undefined,
  problems: [{ path: [], message }],
  locate: () => ({ line: 1, column: 1 }),
});

const position = (lines: LineCounter, offset: number) => {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
};

/**
 * Whatever nests too deep or has too many entries. The composer recurses, and where its stack ends the whole program may
 * end; so this is looked for in the parser's tokens, on a stack of its own.
 */
function overgrowth(text: string): Problem | undefined {
  for (const token of new Parser().parse(text)) {
    const left: [CST.Token, number][] = token.type === 'document' && token.value ? [[token.value, 1]] : [];
    for (let next = left.pop(); next; next = left.pop()) {
      const [node, depth] = next;
      if (!('items' in node)) continue;
      const at = { path: [], offset: node.offset };
      if (depth > depthLimit) return { ...at, message: `Lists and maps are nested deeper than ${depthLimit} levels.` };
      if (node.items.length > entriesLimit)
        return { ...at, message: `A list or map has more than ${entriesLimit} entries.` };
      for (const { key, value } of node.items)
        for (const inner of [key, value]) if (inner) left.push([inner, depth + 1]);
    }
  }
  return undefined;
}

/** What the parser itself says, in our words where there are any. */
const syntaxOf = (document: Document): Problem[] =>
  [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    path: pathAt(document.contents, pos[0]),
    offset: pos[0],
    message: sentences[code] ?? `This is no YAML: ${message.replace(/\s+/g, ' ').replace(/\.$/, '')}.`,
  }));
const sentences: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'This key stands twice in the same map. Remove one.',
  TAG_RESOLVE_FAILED: 'Tags (!name) are not allowed. A level is plain data.',
  MULTIPLE_DOCS: 'A file holds one level. Remove the second document.',
  NON_STRING_KEY: 'A key must be a text.',
  TAB_AS_INDENT: 'A tab indents this line. Indent with spaces.',
};

/** What is YAML, but no level may have: aliases, other versions, control characters, numbers without end. */
function contentOf(document: Document): Problem[] {
  const problems: Problem[] = [];
  const { yaml } = document.directives ?? {};
  if (yaml?.version !== '1.2')
    problems.push({ path: [], offset: 0, message: 'A level is YAML 1.2. Remove the %YAML line.' });
  visit(document, {
    Node(key, node) {
      const offset = node.range?.[0] ?? 0;
      const say = (message: string) => problems.push({ path: pathAt(document.contents, offset), offset, message });
      if (isAlias(node)) say('Aliases (*name) are not allowed. Write the value out.');
      else if (node.anchor) say('Anchors (&name) are not allowed. A level is plain data.');
      else if (node.tag) say('Tags (!name) are not allowed. A level is plain data.');
      if (!isScalar(node)) return;
      if (typeof node.value === 'string' && controlCharacters.test(node.value))
        say('Control characters are not allowed: nothing in a level may steer the terminal.');
      else if (key === 'key' && node.value === '__proto__') say('This is no name for a key.');
      else if (typeof node.value === 'number' && !Number.isFinite(node.value)) say('A number must be finite.');
    },
  });
  return problems;
}

/** The path of what stands at an offset, as deep as it goes. */
function pathAt(node: unknown, offset: number): Path {
  if (isMap(node)) {
    const pair = node.items.findLast(({ key }) => isNode(key) && (key.range?.[0] ?? Infinity) <= offset);
    return pair && isScalar(pair.key) ? [String(pair.key.value), ...pathAt(pair.value, offset)] : [];
  }
  if (isSeq(node)) {
    const index = node.items.findLastIndex((item) => isNode(item) && (item.range?.[0] ?? Infinity) <= offset);
    return index < 0 ? [] : [index, ...pathAt(node.items[index], offset)];
  }
  return [];
}

/** Where a value's key stands, or the value itself in a list; as far down the path as the file goes. */
function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (!pair) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(key)] as Node | undefined;
      if (!item) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else break;
  }
  return offset;
}
