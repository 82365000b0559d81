import { createPublicKey, sign, verify, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deedOf } from '../../src/game/deed.ts';
import { diploma } from '../../src/game/diploma.ts';
import { faultOfName } from '../../src/game/letters.ts';
import { nothingYet } from '../../src/game/progress.ts';
import { entropy } from '../../src/tls/entropy.ts';

const deed = { level: 'both-ends', stars: 3, points: 97 };
const issued = (name: string, seed = 'one') =>
  diploma(entropy(seed), { name, deed, now: new Date('2026-11-25T10:20:30.456Z') });
const best = (level: string, stars: 0 | 1 | 2 | 3) => ({
  ...nothingYet.progress,
  levels: { [level]: { attempts: 1, best: { points: 97, stars } } },
});

describe('the certificate of a player', () => {
  const { certificate, intermediate, root, key } = issued('Ada Lovelace');
  const [leaf, middle, top] = [certificate, intermediate, root].map((der) => new X509Certificate(der));

  it('is signed by an authority whose root signs itself', () => {
    if (!leaf || !middle || !top) throw new Error('three certificates');
    expect(leaf.checkIssued(middle) && leaf.verify(middle.publicKey)).toBe(true);
    expect(middle.checkIssued(top) && middle.verify(top.publicKey)).toBe(true);
    expect(top.verify(top.publicKey)).toBe(true);
    expect([leaf.ca, middle.ca, top.ca]).toEqual([false, true, true]);
  });
  it('has the name, the deed, a beginning, and no end', () => {
    expect(leaf?.subject).toBe('CN=Ada Lovelace');
    expect(leaf?.validFrom).toBe('Nov 25 10:20:30 2026 GMT');
    expect(leaf?.validTo).toBe('Dec 31 23:59:59 9999 GMT');
    expect(Buffer.from(certificate).includes('finished both-ends with 3 of 3 stars and 97 of 100 points')).toBe(true);
  });
  it('belongs to the private key that is given with it, and to no other', () => {
    if (!leaf) throw new Error('a certificate');
    const signature = sign('sha256', Buffer.from('it is me'), key);
    expect(verify('sha256', Buffer.from('it is me'), leaf.publicKey, signature)).toBe(true);
    expect(leaf.checkPrivateKey(issued('Ada Lovelace', 'another').key)).toBe(false);
    expect(createPublicKey(key).equals(middle?.publicKey ?? key)).toBe(false);
  });
  it('has an authority of its own each time', () => {
    expect(issued('Ada', 'one').issuer).not.toBe(issued('Ada', 'two').issuer);
  });
});

describe('a name', () => {
  it.each(['Ada', 'Ada Lovelace', 'José Núñez-O’Hara, Jr.', '山田 太郎', 'Åsa_7', 'x'.repeat(64)])(
    'may be %s',
    (name) => {
      expect(faultOfName(name)).toBeUndefined();
      expect(new X509Certificate(issued(name).certificate).toLegacyObject().subject.CN).toBe(name.normalize('NFC'));
    },
  );
  it.each([
    ['', 'The name is empty.'],
    ['   ', 'The name is empty.'],
    ['x'.repeat(65), 'The name is too long: at most 64 characters.'],
    ['Ada\u001b[31m', 'The name has a character that cannot be seen in it.'],
    ['Ada\u202e', 'The name has a character that cannot be seen in it.'],
    ['Ada\nMallory', 'The name has a character that cannot be seen in it.'],
    ['<Ada>', 'The name has "<" in it.'],
  ])('may not be %j', (name, fault) => {
    expect(faultOfName(name)).toContain(fault);
  });
});

describe('the deed', () => {
  it('is both-ends with three stars, or the final exam', () => {
    expect(deedOf(best('both-ends', 3))).toEqual(deed);
    expect(deedOf(best('final-exam', 1))).toMatchObject({ level: 'final-exam' });
  });
  it('is nothing less', () => {
    expect(deedOf(nothingYet.progress)).toBeUndefined();
    expect(deedOf(best('both-ends', 2))).toBeUndefined();
    expect(deedOf(best('final-exam', 0))).toBeUndefined();
    expect(deedOf(best('the-flight', 3))).toBeUndefined();
  });
});
