// A player's connection and a whole host: what the one asks is what the other answers.
import { afterEach, expect, it } from 'vitest';
import type { News } from '../../src/classroom/followEvents.ts';
import { certifiedKey, codeOf } from '../../src/classroom/joinCode.ts';
import { connectPinned } from '../../src/classroom/pinned.ts';
import { kick } from '../../src/classroom/teaching.ts';
import {
  boardSchema,
  problemSchema,
  type Seat,
  seatSchema,
  standingSchema,
  wireVersion,
} from '../../src/classroom/wire.ts';
import { afterwards, closeAll, newClass, until } from './classes.ts';

afterEach(closeAll);

it('a player joins by the code, is told what changes, and no more once out', async () => {
  const { host, store } = await newClass();
  const { created } = host.competition();
  if (!created) throw new Error('there is no competition');
  const code = await codeOf(certifiedKey(created.certificate));
  const pinned = await connectPinned({ host: '127.0.0.1', port: host.port }, code);
  if (!pinned.ok) throw new Error(pinned.says);
  afterwards(pinned.close);

  const body = async (asked: ReturnType<typeof pinned.request>): Promise<unknown> => {
    const answer = await asked;
    if (!answer.ok) throw new Error(answer.says);
    return answer.body;
  };
  const join = (name: string) => body(pinned.request('POST', '/api/join', { wire: wireVersion, name }));
  const ada: Seat = seatSchema.parse(await join('Ada'));
  expect(problemSchema.parse(await join('Ada')).status).toBe(409);
  expect(standingSchema.parse(await body(pinned.request('GET', '/api/me', undefined, ada.token))).name).toBe('Ada');

  const news: News[] = [];
  pinned.stream('/api/events', ada.token, await store.head(), (one) => news.push(one));
  await until(() => news.some(({ what }) => what === 'open'));
  const before = await pinned.request('GET', '/api/board');
  const etag = before.ok ? String(before.headers.etag) : '';
  expect(await pinned.request('GET', '/api/board', undefined, undefined, { etag })).toMatchObject({ status: 304 });
  await join('Grace');
  await until(() => news.some((one) => one.what === 'event' && one.name === 'board'));
  expect(
    boardSchema.parse(await body(pinned.request('GET', '/api/board', undefined, undefined, { etag }))).players,
  ).toBe(2);

  await host.command((competition) => kick(competition, ada.player));
  expect(await until(() => news.find(({ what }) => what === 'refused'))).toMatchObject({ answer: { status: 401 } });
});
