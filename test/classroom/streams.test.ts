import { afterEach, expect, it } from 'vitest';
import { type News, type Streams, streams } from '../../src/classroom/streams.ts';

let open: Streams | undefined;
afterEach(() => open?.close());
const decoder = new TextDecoder();

it('nothing piles up for whoever does not read: then the last is told, once', async () => {
  let head = 1;
  let made = 0;
  open = streams({
    before: () => void made++,
    head: () => head,
    newsOf: (): News => ({ board: head, standing: 1 }),
    most: 10,
  });
  const reader = open.open('token', 0).body?.getReader();
  if (!reader) throw new Error('no body');
  const read = async () => decoder.decode((await reader.read()).value);
  for (; head < 500; head++) open.wake();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(made).toBeLessThanOrEqual(3);
  expect(await read()).toBe(
    'id: 1\nevent: board\ndata: {"number":1}\n\nid: 1\nevent: standing\ndata: {"number":1}\n\n',
  );
  expect(await read()).toBe('id: 500\nevent: board\ndata: {"number":500}\n\n');
});
