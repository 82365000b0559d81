// Texts in files of levels and of the codex, as schemas: bounded, of single-width letters, with nothing that steers a terminal.
import * as z from 'zod';
import { controlCharacters, idPattern, oddWidth } from './letters.ts';

/** Names in a level file: lower case, digits, hyphens. */
export const id = z.string().regex(idPattern, 'an id has lower-case letters, digits and hyphens, at most 40');
/** Text for players, of several lines where need be. */
export const text = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .refine((value) => columns(value) <= most, `it is longer than ${most} columns`)
    .refine((value) => !controlCharacters.test(value), 'control characters are not allowed')
    .refine((value) => !oddWidth.test(value), 'a character in it is not one column wide');
export const line = (most: number) => text(most).refine((value) => !value.includes('\n'), 'it must be one line');

/** Columns of a text that these schemas let pass: one a character. */
export const columns = (value: string): number => [...value].length;

/** RFC and section; whether there is such a section, `check` says. */
export const rfcLink = z.string().regex(/^\d{4,5} [A-Z0-9](\.?[0-9A-Z]+)*$/, 'an RFC link looks like "8446 4.1.2"');
