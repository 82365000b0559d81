// The player's certificate as files: written into a folder with all that is needed to verify it, and never over others.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diploma } from '../game/diploma.ts';
import { pemOf } from '../live/localCa.ts';
import { printable, quoted } from '../ui/printable.ts';
import { shellQuoted } from './shell.ts';

/**
 * Writes them, all or none; gives what went wrong, in sentences. `instead` is what to do where the folder cannot be taken,
 * in words that end a sentence.
 */
export function writeDiploma(folder: string, issued: Diploma, instead: string): string | undefined {
  const files = Object.entries(filesOf(issued)).map(([name, content]) => [join(folder, name), content] as const);
  if (files.some(([path]) => existsSync(path)))
    return `There are files of a certificate in "${quoted(folder, longPath)}" already. They were left as they are: ${instead}`;
  const written: string[] = [];
  try {
    mkdirSync(folder, { recursive: true });
    for (const [path, content] of files) {
      written.push(path);
      writeFileSync(path, content, { flag: 'wx', mode: path.endsWith('key.pem') ? 0o600 : 0o644 });
    }
    return undefined;
  } catch (error) {
    // What somebody else has put there meanwhile is not ours.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') written.pop();
    for (const path of written) rmSync(path, { force: true });
    return `"${quoted(folder, longPath)}" cannot be written. No certificate was issued: ${instead}`;
  }
}

/** Writes them into the data folder; gives what there is to say, in lines. */
export function exportDiploma(folder: string, issued: Diploma): string {
  const place = join(folder, 'certificate');
  const instead = 'to have them elsewhere: https-quest certificate --out DIR';
  const problem = writeDiploma(place, issued, instead);
  return problem ?? `${writtenInWords(place, issued)}\nTo verify it:\n${verifyCommand(place)}`;
}

/** What was written, in a sentence. */
export const writtenInWords = (folder: string, issued: Diploma): string =>
  `Written into ${printable(folder)}: ${Object.keys(filesOf(issued)).join(', ')}. The key is yours alone: keep it so.`;

/** The command that verifies what stands in `folder`. */
export function verifyCommand(folder: string): string {
  const at = (file: string) => shellQuoted(join(folder, file));
  return printable(
    `openssl verify -CAfile ${at('root.pem')} -untrusted ${at('intermediate.pem')} ${at('certificate.pem')}`,
  );
}

/** A path is of use only as a whole. */
const longPath = 400;

/** From leaf to root, and the key. */
const filesOf = ({ certificate, intermediate, root, key }: Diploma) => ({
  'certificate.pem': pemOf(certificate),
  'intermediate.pem': pemOf(intermediate),
  'root.pem': pemOf(root),
  'key.pem': String(key.export({ type: 'pkcs8', format: 'pem' })),
});
