// Server-sent events, read however they are cut.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventReader, type ServerEvent } from '../../src/classroom/eventReader.ts';

const read = (pieces: readonly string[], most = 1000): { events: ServerEvent[]; fits: boolean } => {
  const events: ServerEvent[] = [];
  const take = eventReader(most, (event) => events.push(event));
  let fits = true;
  for (const piece of pieces) fits &&= take(piece);
  return { events, fits };
};

describe('a stream of events', () => {
  it.each<readonly [string, string, readonly ServerEvent[]]>([
    ['an event', 'id: 7\nevent: board\ndata: {}\n\n', [{ number: 7, name: 'board', data: '{}' }]],
    ['data alone', 'data: 1\n\n', [{ name: 'message', data: '1' }]],
    ['several lines of data', 'data: [\ndata:1\ndata: ]\n\n', [{ name: 'message', data: '[\n1\n]' }]],
    ['one space is left out, a second is not', 'data:  1\n\n', [{ name: 'message', data: ' 1' }]],
    ['data without a colon', 'data\n\n', [{ name: 'message', data: '' }]],
    ['comments', ': beat\n\n:\n\ndata: 1\n: beat\n\n', [{ name: 'message', data: '1' }]],
    ['an event without data is none', 'event: board\nid: 3\n\ndata: 1\n\n', [{ name: 'message', data: '1' }]],
    [
      'ids that are no numbers',
      'id: 1e9\ndata: 1\n\nid: -1\ndata: 2\n\nid\ndata: 3\n\n',
      ['1', '2', '3'].map((data) => ({ name: 'message', data })),
    ],
    ['a number too long', `id: ${'9'.repeat(16)}\ndata: 1\n\n`, [{ name: 'message', data: '1' }]],
    ['other fields', 'retry: 1\nfoo: bar\ndata: 1\n\n', [{ name: 'message', data: '1' }]],
    [
      'ends of lines of each kind',
      'data: 1\r\n\r\ndata: 2\r\rdata: 3\n\n',
      ['1', '2', '3'].map((data) => ({ name: 'message', data })),
    ],
    [
      'a mark at its beginning',
      '\ufeffdata: 1\n\ndata: \ufeff\n\n',
      ['1', '\ufeff'].map((data) => ({ name: 'message', data })),
    ],
    ['colons and odd letters', 'data: a:b \u2028\u0000\n\n', [{ name: 'message', data: 'a:b \u2028\u0000' }]],
    ['what has no end', 'data: 1\n', []],
  ])('with %s', (_what, text, events) => {
    expect(read([text])).toEqual({ events, fits: true });
    expect(read([...text])).toEqual({ events, fits: true });
  });
  it('is the same however it is cut', () => {
    const piece = fc.oneof(
      fc.constantFrom('\n', '\r', '\r\n', '\n\n', ':', ' ', 'data', 'data: 1', 'id: 4', 'event: x', '\ufeff'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        // Whether a line ends with this \r is known only with what follows.
        const whole = [...pieces, 'x'];
        expect(read(whole)).toEqual(read([whole.join('')]));
        expect(read([...whole.join('')])).toEqual(read([whole.join('')]));
      }),
    );
  });
  it.each([
    ['a line', ['data: ', '1'.repeat(600), '1'.repeat(600)]],
    ['data in many lines', [`data: ${'1'.repeat(90)}\n`.repeat(20)]],
    ['a comment', [`:${' '.repeat(2000)}`]],
  ])('with %s that has no end is not read on', (_what, pieces) => {
    expect(read(pieces)).toEqual({ events: [], fits: false });
  });
});
