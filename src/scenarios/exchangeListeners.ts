// Who overhears a key exchange: Eve, who tries everything that can be computed of it, and a thief who has the recording and later the laptop.
import { type Protocol, receive, tell } from '../tls/effects.ts';
import { decrypt, tryAll } from './exchangeKeys.ts';
import { describeExchange, type ExchangeMessage } from './exchangeMessages.ts';
import { inHex } from './exchangeTold.ts';

export function* eavesdrop(): Protocol<void> {
  yield* tell({ what: 'kept', label: 'everything' });
  const heard = yield* hear(function* ({ parts }) {
    if (parts.share) yield* tell({ what: 'note', text: `I keep a share: ${inHex(parts.share)}` });
    if (parts.number)
      yield* tell({
        what: 'note',
        text: `With this private number I compute as its owner does: ${inHex(parts.number)}`,
      });
    if (parts.hash) yield* tell({ what: 'note', text: `I keep a hash: ${inHex(parts.hash)}` });
  });
  yield* open(heard, [], 'from what I heard');
}

export function* steal(): Protocol<void> {
  yield* tell({ what: 'kept', label: 'everything' });
  const heard = yield* hear(function* () {});
  const taken = yield* receive('laptop');
  if ('end' in taken) return;
  const disk = describeExchange(taken.bytes);
  const { fileKey, number } = disk?.parts ?? {};
  const found = number ?? (fileKey && disk && decrypt(fileKey, disk));
  if (fileKey)
    yield* tell({ what: 'note', text: 'The laptop was running, and the key of the locked file in its memory.' });
  yield* tell({
    what: 'note',
    text: found
      ? `On the laptop I found a private number: ${inHex(found)}`
      : 'No private number on this laptop. Erased is erased.',
  });
  yield* open(heard, found ? [found] : [], found ? 'from it and the recording' : 'from the recording');
}

/** Listens until both sides have ended. */
function* hear(note: (message: ExchangeMessage) => Protocol<void>): Protocol<ExchangeMessage[]> {
  const heard: ExchangeMessage[] = [];
  for (let ends = 2; ends; ) {
    const received = yield* receive('air');
    if ('end' in received) {
      ends--;
      continue;
    }
    const message = describeExchange(received.bytes);
    if (!message) continue;
    heard.push(message);
    yield* note(message);
  }
  return heard;
}

/** Tries every key that can be made on the first sealed message: that is the order. */
function* open(heard: readonly ExchangeMessage[], numbers: readonly Uint8Array[], from: string): Protocol<void> {
  const order = heard.find(({ kind }) => kind === 'sealed');
  if (!order) return;
  const { tried, text } = tryAll(heard, numbers, order);
  yield* tell({
    what: 'note',
    text: text
      ? `I made the key ${from}: ${Buffer.from(text).toString('latin1')}`
      : tried
        ? `I made ${tried} keys ${from}. None opens the order.`
        : 'Nothing that I have makes a key for the order.',
    ...(text ? { holds: text } : {}),
  });
}
