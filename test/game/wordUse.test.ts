// A word of the field in a text is found as it is written, with its plural, and where no longer word that is known holds it.
import { describe, expect, it } from 'vitest';
import { wordUse } from '../../src/game/checks/wordUse.ts';

describe('the use of a word', () => {
  it.each([
    ['hash', 'The hash fits.', 'hash'],
    ['hash', 'Hashes fit.', 'Hashes'],
    ['certificate authority', 'Two certificate authorities signed.', 'certificate authorities'],
    ['key', 'It has a key_share.', undefined],
    ['key', 'keyed', undefined],
    ['root', 'a pre-root', undefined],
    ['Finished', 'It is finished.', undefined],
    ['Finished', 'After Finished it is over.', 'Finished'],
    ['AES-GCM', 'With AES-GCM.', 'AES-GCM'],
    ['a.b', 'axb', undefined],
  ])('%s in "%s": %s', (word, text, found) => {
    expect(wordUse(word, {}).in(text, [])).toBe(found);
  });
  it('is any of the words that an entry lists, and none where it lists none', () => {
    expect(wordUse('counter mode', { words: ['counter mode', 'CTR'] }).in('in CTR', [])).toBe('CTR');
    expect(wordUse('key', { words: [] }).in('a key', [])).toBeUndefined();
  });
  it('is hidden by a longer word that is known, and only there', () => {
    const [stream, key] = [wordUse('key stream', {}), wordUse('key', {})];
    expect(key.in('a key stream', [stream])).toBeUndefined();
    expect(key.in('a key stream', [])).toBe('key');
    expect(key.in('a key stream and a key', [stream])).toBe('key');
  });
});
