// What two people say who agree on a key, send one, or agree on how they seal: keys and shares, perhaps a proof with them,
// then sealed messages. A format of the game's own, so small that each field is seen.
import { type Field, Reader, Writer } from '../tls/codec.ts';
import { Refusal } from '../tls/effects.ts';
import { groupName } from '../tls/registry.ts';

/** How a form may be sealed; the byte on the wire is the place in this list. */
export const sealings = [
  'AES-128-CTR',
  'AES-256-CTR',
  'AES-128-CTR, CRC-32 inside',
  'AES-128-CTR, SHA-256',
  'AES-128-GCM',
] as const;

/** The parts that a message can have. Each is bytes; the small numbers among them are one or two bytes long. */
interface Part {
  readonly field: string;
  /** How many bytes; `prefixed` by their number in two bytes; `rest` of the message, but for a tag. */
  readonly size: number | 'prefixed' | 'rest';
  /** Around what is prefixed. */
  readonly outer?: string;
  readonly words?: (value: Uint8Array) => string;
}
const parts = {
  group: { field: 'group', size: 2, words: ([a = 0, b = 0]) => groupName(a * 256 + b) },
  share: { field: 'share', size: 'prefixed', outer: 'key_exchange' },
  number: { field: 'private_number', size: 32 },
  hash: { field: 'share_hash', size: 32 },
  demand: { field: 'demand', size: 1, words: ([value = 0]) => demands[value] ?? 'nothing' },
  signature: { field: 'signature_value', size: 'prefixed', outer: 'signature' },
  recipe: { field: 'key_recipe', size: 1, words: ([value = 0]) => recipeInWords(value) },
  nonce: { field: 'gcm_nonce', size: 12 },
  sealing: { field: 'sealed_with', size: 1, words: ([value = 0]) => sealings[value] ?? 'nothing' },
  counter: { field: 'ctr_nonce', size: 12 },
  sealed: { field: 'sealed_text', size: 'rest' },
  textHash: { field: 'text_hash', size: 32 },
  tag: { field: 'tag', size: 16 },
  fileKey: { field: 'file_key', size: 32 },
  modulus: { field: 'rsa_modulus', size: 'prefixed', outer: 'modulus' },
  exponent: { field: 'rsa_exponent', size: 'prefixed', outer: 'exponent' },
  aesKey: { field: 'aes_key', size: 32 },
  wrapped: { field: 'locked_by_rsa', size: 'prefixed', outer: 'under_rsa' },
  blocks: { field: 'rsa_blocks', size: 'rest' },
  text: { field: 'plain_text', size: 'rest', words: (value) => Buffer.from(value).toString('latin1') },
} as const satisfies Readonly<Record<string, Part>>;
export type PartName = keyof typeof parts;

/** What Alice may ask of the share that comes back; the byte on the wire is the place in this list. */
export const demands = ['nothing', 'hash', 'signature', 'sealed'] as const;

/**
 * Kinds of message by their first byte: a name for the ladder, and the parts behind that byte in their order. No byte is
 * one that a TLS record begins with (20 to 23), or a letter.
 */
const kinds = {
  share: { byte: 1, name: 'key share', has: ['group', 'share'] },
  number: { byte: 2, name: 'private number', has: ['group', 'number'] },
  both: { byte: 3, name: 'key share and private number', has: ['group', 'share', 'number'] },
  hash: { byte: 4, name: 'hash of a key share', has: ['hash'] },
  sealed: { byte: 5, name: 'sealed message', has: ['recipe', 'nonce', 'sealed', 'tag'] },
  plain: { byte: 6, name: 'message in the clear', has: ['text'] },
  demanding: { byte: 7, name: 'key share, asking for proof', has: ['group', 'share', 'demand'] },
  hashed: { byte: 8, name: 'key share with its hash', has: ['group', 'share', 'hash'] },
  signed: { byte: 9, name: 'key share, signed', has: ['group', 'share', 'signature'] },
  emptyDisk: { byte: 10, name: 'a disk without numbers', has: [] },
  disk: { byte: 11, name: 'a private number on the disk', has: ['number'] },
  terms: { byte: 13, name: 'how to seal', has: ['sealing'] },
  form: { byte: 14, name: 'sealed form', has: ['sealing', 'counter', 'sealed'] },
  formHashed: { byte: 15, name: 'sealed form', has: ['sealing', 'counter', 'sealed', 'textHash'] },
  formTagged: { byte: 16, name: 'sealed form', has: ['sealing', 'nonce', 'sealed', 'tag'] },
  answer: { byte: 17, name: 'answer', has: ['text'] },
  publicKey: { byte: 32, name: 'public RSA key', has: ['modulus', 'exponent'] },
  openKey: { byte: 33, name: 'AES key, in the clear', has: ['aesKey'] },
  keyUnderRsa: { byte: 34, name: 'AES key, under RSA', has: ['wrapped'] },
  keyUnderItself: { byte: 35, name: 'AES key, under itself', has: ['nonce', 'sealed', 'tag'] },
  photo: { byte: 36, name: 'sealed photo', has: ['nonce', 'sealed', 'tag'] },
  photoInBlocks: { byte: 37, name: 'photo in RSA blocks', has: ['blocks'] },
  reply: { byte: 38, name: 'sealed reply', has: ['nonce', 'sealed', 'tag'] },
  replyUnderRsa: { byte: 39, name: 'reply under RSA', has: ['wrapped'] },
  openDisk: { byte: 12, name: 'a locked file, and its key', has: ['fileKey', 'nonce', 'sealed', 'tag'] },
} as const satisfies Readonly<
  Record<string, { readonly byte: number; readonly name: string; readonly has: readonly PartName[] }>
>;
export type Kind = keyof typeof kinds;
export const kindNames = Object.keys(kinds) as readonly Kind[];

export interface ExchangeMessage {
  readonly kind: Kind;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly fields: readonly Field[];
  readonly parts: Readonly<Partial<Record<PartName, Uint8Array>>>;
}

export function encodeExchange(kind: Kind, given: ExchangeMessage['parts']): ExchangeMessage {
  const { byte, name, has } = kinds[kind];
  const writer = new Writer().uint(1, 'exchange_kind', byte, () => name);
  for (const part of has) {
    const { field, size, outer = field, words }: Part = parts[part];
    const value = given[part] ?? new Uint8Array(0);
    if (size === 'prefixed') writer.vector(2, outer, () => writer.bytes(field, value, words?.(value)));
    else writer.bytes(field, value, words?.(value));
  }
  return { kind, name, parts: given, ...writer.done() };
}

/** Whether it takes a key to read it. What a locked file says is on a disk, with its key. */
export const isSealed = ({ kind }: ExchangeMessage): boolean =>
  kind !== 'openDisk' && kinds[kind].has.some((part) => ['sealed', 'wrapped', 'blocks'].includes(part));

/** Reads a message; nothing where the bytes are none. */
export function describeExchange(bytes: Uint8Array): ExchangeMessage | undefined {
  const found = Object.entries(kinds).find(([, { byte }]) => byte === bytes[0]);
  if (!found) return undefined;
  const [kind, { name, has }] = found as [Kind, (typeof kinds)[Kind]];
  const read: Partial<Record<PartName, Uint8Array>> = {};
  try {
    const reader = new Reader(bytes);
    reader.uint(1, 'exchange_kind', () => name);
    for (const [index, part] of has.entries()) {
      const { field, size, outer = field, words }: Part = parts[part];
      if (size === 'prefixed') read[part] = reader.vector(2, outer, () => reader.rest(field, words));
      else if (size === 'rest')
        read[part] = reader.bytes(Math.max(0, reader.left - sizeOf(has.slice(index + 1))), field, words);
      else read[part] = reader.bytes(size, field, words);
    }
    return { kind, name, bytes, fields: reader.done(), parts: read };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Bytes of the parts behind one that takes the rest: they all have a size. */
const sizeOf = (behind: readonly PartName[]): number =>
  behind.reduce((sum, part) => sum + (typeof parts[part].size === 'number' ? parts[part].size : 0), 0);

/** How a key is made of what both have: three bits that travel with each sealed message, for everybody to read. */
export interface Recipe {
  readonly secret: boolean;
  readonly shares: boolean;
  readonly hkdf: boolean;
}
export const recipeByte = ({ secret, shares, hkdf }: Recipe): Uint8Array =>
  Uint8Array.of((secret ? 1 : 0) + (shares ? 2 : 0) + (hkdf ? 4 : 0));
export const recipeOf = ([byte = 0]: Uint8Array): Recipe => ({
  secret: (byte & 1) !== 0,
  shares: (byte & 2) !== 0,
  hkdf: (byte & 4) !== 0,
});
function recipeInWords(byte: number): string {
  const { secret, shares, hkdf } = recipeOf(Uint8Array.of(byte));
  const what = [secret ? 'the secret' : '', shares ? 'both shares' : ''].filter(Boolean).join(' and ');
  return `${hkdf ? 'HKDF of ' : ''}${what || 'nothing'}`;
}
