// Eve at the cable of a delivery: what she opens with what she heard, and with what every file begins with.
import type { KeyObject } from 'node:crypto';
import { xorAt } from '../attacks/malleable.ts';
import { type Protocol, receive, tell } from '../tls/effects.ts';
import { decrypt } from './exchangeKeys.ts';
import { describeExchange, type ExchangeMessage } from './exchangeMessages.ts';
import { openedBy } from './exchangeTold.ts';
import { publicKeyIn, thePhoto, undoneBy } from './keyDeliveryEnds.ts';
import { fileKinds, startOf } from './keyDeliveryFiles.ts';

interface Heard {
  bobsKey?: KeyObject;
  aesKey?: Uint8Array;
  photo?: ExchangeMessage;
}

export function* overhearDelivery(): Protocol<void> {
  yield* tell({ what: 'kept', label: 'everything' });
  const heard: Heard = {};
  for (let open = 2; open; ) {
    const received = yield* receive('air');
    if ('end' in received) {
      open--;
      continue;
    }
    const message = describeExchange(received.bytes);
    if (message) yield* listen(heard, message);
  }
}

function* listen(heard: Heard, message: ExchangeMessage): Protocol<void> {
  const { parts } = message;
  switch (message.kind) {
    case 'publicKey':
      heard.bobsKey = publicKeyIn(message);
      return;
    case 'openKey':
      if (parts.aesKey) heard.aesKey = parts.aesKey;
      return yield* note('An AES key, in the clear. Let us see what comes after it.');
    case 'photo': {
      heard.photo = message;
      const photo = heard.aesKey && decrypt(heard.aesKey, message);
      if (!photo) return yield* note(`${message.bytes.length} sealed bytes. I lack the key.`);
      yield* tell(openedBy(message, 'received', photo, thePhoto('the photo, opened')));
      return yield* note('The key lay in the message before it. I have the photo.', photo);
    }
    case 'reply':
    case 'replyUnderRsa': {
      const read = readReply(heard, message);
      if (!read) return yield* note(`${message.bytes.length} sealed bytes. I lack the key.`);
      yield* tell(openedBy(message, 'received', read.text));
      return yield* note(`${read.how} I read: ${Buffer.from(read.text).toString('latin1')}`, read.text);
    }
    case 'photoInBlocks':
      return yield* note(`${message.bytes.length} bytes that take Bob’s private key.`);
    default:
      return;
  }
}

const note = (text: string, holds?: Uint8Array): Protocol<void> =>
  tell({ what: 'note', text, ...(holds ? { holds } : {}) });

interface Read {
  readonly how: string;
  readonly text: Uint8Array;
}
function readReply({ bobsKey, aesKey, photo }: Heard, message: ExchangeMessage): Read | undefined {
  const { wrapped, nonce } = message.parts;
  if (wrapped) {
    const text = bobsKey && undoneBy(bobsKey, wrapped);
    return text && { how: 'His public key undoes what his private key made.', text };
  }
  const opened = aesKey && decrypt(aesKey, message);
  if (opened) return { how: 'It is the key that I heard.', text: opened };
  if (!photo || !nonce || !Buffer.from(nonce).equals(photo.parts.nonce ?? new Uint8Array(0))) return undefined;
  return sameStream(photo, message);
}

/** One key stream under two messages: the known start of the one gives it, and it opens the other, as far as it goes. */
function sameStream(photo: ExchangeMessage, { parts }: ExchangeMessage): Read | undefined {
  const [long, short] = [photo.parts.sealed ?? new Uint8Array(0), parts.sealed ?? new Uint8Array(0)];
  for (const kind of fileKinds) {
    const known = startOf(kind, long.length);
    if (known.length < short.length) continue;
    const stream = xorAt(long.subarray(0, short.length), 0, known.subarray(0, short.length));
    const text = xorAt(short, 0, stream);
    if (/^[\x20-\x7e]+$/.test(Buffer.from(text).toString('latin1')))
      return {
        how: `The nonce of the photo again. Every ${kind} begins alike, and that gave me the key stream.`,
        text,
      };
  }
  return undefined;
}
