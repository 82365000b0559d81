// What the player has set: one small file in the data folder, read before anything is drawn. Imports nothing heavy.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from './whole.ts';

/** Each setting: what it is called, and its values with what they mean; the first is taken where nothing was set. */
export const preferenceChoices = {
  theme: {
    label: 'Theme',
    values: [
      ['auto', 'as the terminal is'],
      ['dark', 'for a dark background'],
      ['light', 'for a light one'],
    ],
  },
  colours: {
    label: 'Colours',
    values: [
      ['auto', 'as many as the terminal has'],
      ['all', '16 million'],
      ['256', '256'],
      ['16', '16, those of the terminal'],
      ['none', 'none: bold, underlined and inverse'],
    ],
  },
  motion: {
    label: 'Motion',
    values: [
      ['full', 'messages fly'],
      ['reduced', 'results at once'],
    ],
  },
  glyphs: {
    label: 'Characters',
    values: [
      ['auto', 'as the terminal is'],
      ['unicode', 'lines and signs'],
      ['ascii', 'ASCII alone'],
    ],
  },
  plain: {
    label: 'Plain text',
    values: [
      ['auto', 'where there is no screen'],
      ['always', 'always: lines of text'],
    ],
  },
} as const satisfies Record<
  string,
  { readonly label: string; readonly values: readonly (readonly [string, string])[] }
>;

type Choices = typeof preferenceChoices;
export type PreferenceName = keyof Choices;
export type Preferences = { readonly [Name in PreferenceName]: Choices[Name]['values'][number][0] } & {
  /** The player's name, for the certificate and the classroom; empty where none was given. */
  readonly name: string;
};
export const preferenceNames = Object.keys(preferenceChoices) as readonly PreferenceName[];
export const usual: Preferences = {
  theme: 'auto',
  colours: 'auto',
  motion: 'full',
  glyphs: 'auto',
  plain: 'auto',
  name: '',
};

/** The values of a setting, in their order. */
export const valuesOf = (name: PreferenceName): readonly string[] =>
  preferenceChoices[name].values.map(([value]) => value);

/** What a value means, in words. */
export const meaningOf = (name: PreferenceName, wanted: string): string =>
  preferenceChoices[name].values.find(([value]) => value === wanted)?.[1] ?? wanted;

const fileIn = (folder: string): string => join(folder, 'settings.json');
/** Far more than the file ever has. */
const mostBytes = 10_000;

/** The settings in `folder`; what is missing, unknown or damaged there is as usual, and a damaged file is told in a sentence. */
export function readPreferences(folder: string): { readonly preferences: Preferences; readonly notice?: string } {
  let text: string;
  try {
    text = readFileSync(fileIn(folder), 'utf8');
  } catch {
    return { preferences: usual };
  }
  try {
    const data: unknown = JSON.parse(text.slice(0, mostBytes));
    if (typeof data !== 'object' || data === null || Array.isArray(data)) throw new SyntaxError('no object');
    return { preferences: fitting(data as Readonly<Record<string, unknown>>) };
  } catch {
    return {
      preferences: usual,
      notice: `The settings in ${fileIn(folder)} are damaged; all is as usual until you change one.`,
    };
  }
}

function fitting(data: Readonly<Record<string, unknown>>): Preferences {
  const fits = preferenceNames.filter((name) => valuesOf(name).includes(String(data[name])));
  return {
    ...usual,
    ...Object.fromEntries(fits.map((name) => [name, data[name]])),
    ...(typeof data.name === 'string' ? { name: data.name.slice(0, 200) } : {}),
  };
}

/** Writes them, whole or not at all; gives what went wrong, in a sentence. What a newer version has set beside stays. */
export function writePreferences(folder: string, preferences: Preferences): string | undefined {
  const file = fileIn(folder);
  try {
    writeWhole(file, `${JSON.stringify({ ...others(file), ...preferences }, null, 2)}\n`);
    return undefined;
  } catch {
    return `The settings cannot be written to ${file}. They hold until you leave.`;
  }
}

function others(file: string): object {
  try {
    const data: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof data === 'object' && data !== null && !Array.isArray(data) ? data : {};
  } catch {
    return {};
  }
}
