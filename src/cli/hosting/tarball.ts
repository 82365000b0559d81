// The packed game on a stick, for a class without internet: is it this game, and what must its copies hash to.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { printable } from '../../ui/printable.ts';

export interface Tarball {
  readonly ok: true;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Reads what `npm pack` of this version wrote; else one sentence. */
export function readTarball(path: string, version: string): Tarball | { readonly ok: false; readonly says: string } {
  const refused = (says: string) => ({ ok: false, says }) as const;
  let bytes: Buffer;
  try {
    const { size } = statSync(path);
    if (size > mostBytes) return refused(`${path} is too big to be a packed https-quest.`);
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return refused(code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read (${code}).`);
  }
  const packed = packageIn(bytes);
  if (packed?.name !== 'https-quest')
    return refused(`${path} is no packed https-quest. "npm pack https-quest@${version}" fetches one.`);
  if (packed.version !== version)
    return refused(
      `${path} has version ${String(packed.version)}, and this is ${version}: host and players take the same. "npm pack https-quest@${version}" fetches it.`,
    );
  return {
    ok: true,
    name: basename(path),
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

/** For players without the game: the file they get, how they know that it is the teacher's, and how they play from it. */
export function handedOut({ name, size, sha256 }: Tarball, join: string): readonly string[] {
  const quote = /^[\w.+-]+$/.test(name) ? '' : '"';
  const file = printable(`${quote}${name}${quote}`);
  return [
    'Who has no https-quest yet takes the file from your stick, checks it, and plays from it:',
    `  ${printable(name)}, ${Math.round(size / 1000)} kB, SHA-256`,
    `  ${sha256}`,
    `  Linux    sha256sum ${file}`,
    `  macOS    shasum -a 256 ${file}`,
    `  Windows  certutil -hashfile ${file} SHA256`,
    `  then     npx --yes ${printable(`${quote}./${name}${quote}`)} ${join}`,
    '',
  ];
}

const mostBytes = 50_000_000;
const block = 512;

/** The package.json of a package; undefined where there is none. */
function packageIn(bytes: Buffer): { readonly name?: unknown; readonly version?: unknown } | undefined {
  try {
    const tar = gunzipSync(bytes, { maxOutputLength: mostBytes });
    // POSIX ustar: a header of 512 bytes with the name at 0 and the length, octal, at 124; then the file, filled up to a block.
    for (let at = 0; at + block <= tar.length; ) {
      const text = (from: number, length: number) =>
        tar.toString('utf8', at + from, at + from + length).replace(/\0.*/s, '');
      const size = Number.parseInt(text(124, 12), 8) || 0;
      if (text(0, 100) === 'package/package.json')
        return JSON.parse(tar.toString('utf8', at + block, at + block + size)) as object;
      at += block + Math.ceil(size / block) * block;
    }
  } catch {
    // Neither a gzip file nor JSON in it.
  }
  return undefined;
}
