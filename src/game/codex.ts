// The codex: what the words of the field mean, and what many people believe of them. Files of it are untrusted as levels are.
import * as z from 'zod';
import { type Fault, type Read, readAs } from './faults.ts';
import { id, line, rfcLink, text } from './texts.ts';

/** What an entry is about. All but a term are things that the game shows by a name of its own. */
export const entryKinds = ['term', 'message', 'extension', 'alert', 'secret', 'check'] as const;
export type EntryKind = (typeof entryKinds)[number];

const misconception = z.strictObject({
  /** One sentence, as somebody would say it who believes it. */
  belief: line(100),
  /** What is true, or what the bytes show. */
  truth: text(200),
});
const entry = z.strictObject({
  kind: z.enum(entryKinds),
  /** What it is, in one to three short sentences. */
  is: text(320),
  /** How it is written in texts, where not by its name alone. None where the word is one of every day. */
  words: z.array(line(40)).max(8).optional(),
  /** The names under which the game shows it, where not by its own. */
  shown: z.array(line(40)).max(8).default([]),
  /** What it is not. */
  misconceptions: z.array(id).max(4).default([]),
  rfc: rfcLink.optional(),
  /** Other entries that one reads next, by their names. */
  see: z.array(line(40)).max(6).default([]),
});
export type Misconception = z.output<typeof misconception>;
export type Entry = z.output<typeof entry>;

const format = z.literal(1);
const misconceptionsFile = z.strictObject({ format, misconceptions: z.record(id, misconception) });
const entriesFile = z.strictObject({ format, entries: z.record(line(40), entry) });

/** One file of it. Entries are known by the word that players read. */
export interface CodexFile {
  readonly file: string;
  readonly misconceptions: Readonly<Record<string, Misconception>>;
  readonly entries: Readonly<Record<string, Entry>>;
}
export type ReadCodexFile = CodexFile & Pick<Read<unknown>, 'faultsAt'>;

/** What a file in a folder of levels holds, by its place: `misconceptions.yaml`, and all that lies in a folder `codex`. */
export function contentOf(file: string): 'level' | 'misconceptions' | 'codex' {
  const [name = '', folder] = file.split(/[\\/]/).reverse();
  if (/^misconceptions\.ya?ml$/.test(name)) return 'misconceptions';
  return folder === 'codex' ? 'codex' : 'level';
}

/** Reads one file of the codex: its syntax and its schema. */
export function loadCodexFile(content: string, file: string): ReadCodexFile | { readonly faults: readonly Fault[] } {
  if (contentOf(file) === 'misconceptions') {
    const read = readAs(content, file, (data) => misconceptionsFile.safeParse(data));
    if ('faults' in read) return read;
    return { file, misconceptions: read.value.misconceptions, entries: {}, faultsAt: read.faultsAt };
  }
  const read = readAs(content, file, (data) => entriesFile.safeParse(data));
  if ('faults' in read) return read;
  return { file, misconceptions: {}, entries: read.value.entries, faultsAt: read.faultsAt };
}

/** Both lists as a whole. */
export interface Codex {
  readonly misconceptions: ReadonlyMap<string, Misconception>;
  readonly entries: ReadonlyMap<string, Entry>;
}
/** All files together; of one name the last counts, so that a pack may say its own. */
export const codexOf = (files: readonly CodexFile[]): Codex => ({
  misconceptions: new Map(files.flatMap(({ misconceptions }) => Object.entries(misconceptions))),
  entries: new Map(files.flatMap(({ entries }) => Object.entries(entries))),
});
