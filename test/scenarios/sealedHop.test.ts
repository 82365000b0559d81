import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeCell, encodeCell, shareLength } from '../../src/scenarios/cells.ts';
import type { Address } from '../../src/scenarios/dns.ts';
import { hopHalf, hopKeys, openHop, sealHop } from '../../src/scenarios/sealedHop.ts';
import { entropy } from '../../src/tls/entropy.ts';

const draw = entropy('a hop');
const [caller, called] = [hopHalf(draw, 'caller'), hopHalf(draw, 'called')];
const both = () =>
  [
    hopKeys(caller.agree(called.share), caller.share, called.share),
    hopKeys(called.agree(caller.share), caller.share, called.share),
  ] as const;
const address = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)) as fc.Arbitrary<Address>;

describe('a sealed hop', () => {
  it('opens at the other end what was sealed at this one, in order, both ways', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.uint8Array())), (messages) => {
        const [here, there] = both();
        for (const [back, content] of messages) {
          const sealed = sealHop(back ? there.back : here.there, content);
          expect(sealed.length).toBe(content.length + 16);
          expect(openHop(back ? here.back : there.there, sealed)).toEqual(Buffer.from(content));
        }
      }),
    );
  });
  it('seals the same content differently each time, and opens nothing twice, out of order, or of the other direction', () => {
    const [here, there] = both();
    const [first, second] = [sealHop(here.there, Buffer.from('one')), sealHop(here.there, Buffer.from('one'))];
    expect(first).not.toEqual(second);
    expect(openHop(there.there, second)).toBeUndefined();
    expect(openHop(there.back, first)).toBeUndefined();
    expect(openHop(there.there, first)).toEqual(Buffer.from('one'));
    expect(openHop(there.there, first)).toBeUndefined();
    expect(openHop(there.there, second)).toEqual(Buffer.from('one'));
  });
  it('opens nothing of which a bit was changed, and nothing with the key of another hop', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), (content, bit) => {
        const [here, there] = both();
        const sealed = Buffer.from(sealHop(here.there, content));
        const at = bit % (sealed.length * 8);
        const changed = Buffer.from(sealed);
        changed[at >> 3] = (changed[at >> 3] ?? 0) ^ (1 << (at & 7));
        expect(openHop(there.there, changed)).toBeUndefined();
        const stranger = hopHalf(draw, 'stranger');
        const his = hopKeys(stranger.agree(caller.share), caller.share, stranger.share);
        expect(openHop(his.there, sealed)).toBeUndefined();
      }),
    );
  });
});

describe('a cell', () => {
  it('reads back as it was written, and explains each of its bytes', () => {
    fc.assert(
      fc.property(address, address, fc.boolean(), fc.uint8Array({ minLength: 48 }), (from, to, opening, body) => {
        const kind = opening ? 'opening' : 'sealed';
        const { bytes, fields } = encodeCell(kind, from, to, body);
        expect(describeCell(bytes)).toMatchObject({ kind, from, to, body: Buffer.from(body) });
        expect(fields.reduce((sum, { length }) => sum + length, 0)).toBe(bytes.length);
        expect(fields.at(-1)?.children?.some(({ name, length }) => name === 'share' && length === shareLength)).toBe(
          opening,
        );
      }),
    );
  });
  it('is nothing else: what is cut, longer or begins otherwise is no cell', () => {
    const { bytes } = encodeCell('sealed', [192, 0, 2, 7], [198, 51, 100, 4], new Uint8Array(40));
    for (let length = 0; length < bytes.length; length++)
      expect(describeCell(bytes.subarray(0, length))).toBeUndefined();
    expect(describeCell(Buffer.concat([bytes, Buffer.of(0)]))).toBeUndefined();
    expect(describeCell(Buffer.concat([Buffer.of(23), bytes.subarray(1)]))).toBeUndefined();
  });
});
