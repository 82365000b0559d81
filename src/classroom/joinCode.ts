// The join code: a host's public key in ten characters that are read off a board and typed. Whoever answers with another
// key is not that host.
//
// Nine characters are 45 bits of scrypt over the key. To make a key that has a given code takes 2^45 tries on average, and each
// costs 0.3 s of a processor and 128 MiB: hundreds of thousands of years. The salt is the same for all hosts, so tries can
// be kept, but T of them fit a given code with a chance of T / 2^45 only.
//
// The tenth is a check: as elements of GF(32), with the weights a^9 ... a^0 (a a root of x^5 + x^2 + 1, whose order is 31),
// the ten sum up to 0. One wrong character changes the sum by a weight times something that is not 0, two exchanged ones by
// the difference of two weights times something that is not 0: neither is 0, as all weights are different and not 0.
import { scrypt, X509Certificate } from 'node:crypto';
import { type Failure, failure } from '../live/dial.ts';
import { spkiOf } from '../pki/signing.ts';

/** As it is shown: `KNX14-KS4D7`. Two codes are the same if their texts are. */
export type JoinCode = string & { readonly code: unique symbol };

/** Crockford's base 32: no I, L and O, which look like digits, and no U. */
export const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const length = 10;
/** Names what the hash is for, and in which way it is made: another way would have another salt. */
const salt = 'HTTPS Quest, join code of a host, 1';
/** 128 MiB and a third of a second: what a try costs somebody who looks for a key with the same code. */
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 160 * 2 ** 20 } as const;

/**
 * The code of a key: SubjectPublicKeyInfo (RFC 5280 4.1) in DER, as OpenSSL writes it. Computed beside the event loop.
 * Rejects where this machine has no 128 MiB for it.
 */
export function codeOf(spki: Uint8Array): Promise<JoinCode> {
  return new Promise((resolve, reject) =>
    scrypt(spki, salt, 6, cost, (error, hash) => (error ? reject(error) : resolve(codeFor(hash.readUIntBE(0, 6) / 8)))),
  );
}

/**
 * The key in a certificate (PEM, or as a connection shows it), as `codeOf` takes it: what OpenSSL found in it, whose key the
 * handshake has proven. Throws where OpenSSL cannot read it.
 */
export const certifiedKey = (certificate: X509Certificate | string): Uint8Array =>
  spkiOf((typeof certificate === 'string' ? new X509Certificate(certificate) : certificate).publicKey);

/** Whether the key has that code. */
export const matches = async (code: JoinCode, spki: Uint8Array): Promise<boolean> => (await codeOf(spki)) === code;

/** Writes 45 bits, the fraction left out, as a code. */
export function codeFor(bits: number): JoinCode {
  const data = Array.from({ length: length - 1 }, (_, at) => Math.floor(bits / 32 ** (length - 2 - at)) % 32);
  return written([...data, timesRoot(sum(data))]);
}

const written = (values: readonly number[]): JoinCode =>
  values.map((value, at) => (at === length / 2 ? '-' : '') + alphabet[value]).join('') as JoinCode;

/** Horner's rule: the last value has the weight 1. */
const sum = (values: readonly number[]): number => values.reduce((so, value) => timesRoot(so) ^ value, 0);
const timesRoot = (value: number): number => (value << 1) ^ (value & 0b10000 ? 0b100101 : 0);

/**
 * Reads a code as people type it: capital or small, with spaces and hyphens anywhere or nowhere, O for 0, I and L for 1.
 * Otherwise one sentence on what is wrong with it. A check cannot tell which character is wrong, and the sentence does not.
 */
export function parseCode(text: string): { readonly ok: true; readonly code: JoinCode } | Failure {
  // Also full-width characters, and what a chat puts in unseen.
  const characters = [
    ...text
      .slice(0, longest)
      .normalize('NFKC')
      .replace(/[\s\p{Z}\p{Cf}\p{Pd}\u2212]/gu, ''),
  ];
  if (characters.length !== length)
    return failure(`A code has ${length} characters, such as ${example}; here ${howMany(characters.length)}.`);
  const values = characters.map(valueFor);
  const foreign = values.indexOf(-1);
  if (foreign >= 0) return failure(noneOfOurs(foreign + 1, characters[foreign] ?? ''));
  if (sum(values) !== 0)
    return failure(
      'This is not quite a code: a character is mistyped, or two are exchanged. Compare it with the board.',
    );
  return { ok: true, code: written(values) };
}

/** Nobody types that much, and it is not a code whatever follows. */
const longest = 200;
const example = codeFor(0x13af_4249_e48d);

const howMany = (count: number): string => (count === 0 ? 'is none' : count === 1 ? 'is 1' : `are ${count}`);

const valueFor = (character: string): number =>
  alphabet.indexOf(character.replace(/[a-z]/, (small) => small.toUpperCase()).replace(/[OIL]/, looksLike));
const looksLike = (letter: string): string => (letter === 'O' ? '0' : '1');

function noneOfOurs(place: number, character: string): string {
  if (/[Uu]/.test(character)) return `Character ${place} is a U, and no code has one: perhaps it is a V.`;
  const which = /^[!-~]$/.test(character) ? `${character}, which` : 'one that';
  return `Character ${place} is ${which} no code has: they are made of digits and letters.`;
}
