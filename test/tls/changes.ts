// Ways to change what an insider says, record by record: the same in other records, or something else.
import fc from 'fast-check';
import { contentTypes } from '../../src/tls/registry.ts';
import type { Item } from './insider.ts';

/** Ways to say the same in other records. */
export const regrouping = fc.oneof(
  fc.record({ kind: fc.constant('split' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('join' as const) }),
  fc.record({ kind: fc.constant('pad' as const), zeros: fc.nat(300) }),
);
/** Ways to say something else. */
export const spoiling = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('set' as const), at: fc.nat(), byte: fc.nat(255) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('grow' as const), more: fc.uint8Array({ minLength: 1, maxLength: 30 }) }),
  fc.record({ kind: fc.constant('type' as const), type: fc.constantFrom(0, 20, 21, 22, 23, 24) }),
  fc.record({ kind: fc.constant('drop' as const) }),
  fc.record({ kind: fc.constant('double' as const) }),
  fc.record({ kind: fc.constant('swap' as const) }),
);
export type Change =
  typeof regrouping extends fc.Arbitrary<infer R>
    ? typeof spoiling extends fc.Arbitrary<infer S>
      ? R | S
      : never
    : never;

/** The items with one of them changed. */
function changed(items: readonly Item[], place: number, how: Change): readonly Item[] {
  const index = place % items.length;
  const item = items[index];
  const next = items[index + 1];
  if (!item) return items;
  const instead = (count: number, ...by: readonly Item[]) => [
    ...items.slice(0, index),
    ...by,
    ...items.slice(index + count),
  ];
  const { content } = item;
  const at = 'at' in how ? how.at % Math.max(1, content.length) : 0;
  switch (how.kind) {
    case 'split':
      // An alert stays whole (8446 5.1), and no record of a handshake may be empty.
      if (item.type === contentTypes.alert || at === 0) return items;
      return instead(1, { ...item, content: content.subarray(0, at) }, { ...item, content: content.subarray(at) });
    case 'join': {
      const fits = next && next.key === item.key && next.type === item.type && item.type !== contentTypes.alert;
      const joined = Buffer.concat([content, next?.content ?? content]);
      return fits && joined.length + (item.padding ?? 0) <= 2 ** 14 ? instead(2, { ...item, content: joined }) : items;
    }
    case 'pad':
      return item.key && content.length + how.zeros <= 2 ** 14 ? instead(1, { ...item, padding: how.zeros }) : items;
    case 'flip':
      return instead(1, { ...item, content: content.map((byte, i) => (i === at ? byte ^ (1 << how.bit) : byte)) });
    case 'set':
      return instead(1, { ...item, content: content.map((byte, i) => (i === at ? how.byte : byte)) });
    case 'cut':
      return instead(1, { ...item, content: content.subarray(0, at) });
    case 'grow':
      return content.length + how.more.length <= 2 ** 14
        ? instead(1, { ...item, content: Buffer.concat([content, how.more]) })
        : items;
    case 'type':
      return instead(1, { ...item, type: how.type });
    case 'drop':
      return instead(1);
    case 'double':
      return instead(1, item, item);
    case 'swap':
      return next ? instead(2, next, item) : items;
  }
}
export const changedBy = (items: readonly Item[], changes: readonly (readonly [number, Change])[]) =>
  changes.reduce((now, [place, how]) => changed(now, place, how), items);
