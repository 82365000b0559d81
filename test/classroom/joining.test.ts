import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hostLine } from '../../src/classroom/hostLine.ts';
import { type JoinCode, parseCode } from '../../src/classroom/joinCode.ts';
import { takeSeat } from '../../src/classroom/joining.ts';
import { forgetSeat, readSeat } from '../../src/classroom/seat.ts';
import { everyCommand } from '../../src/cli/commands.ts';
import { joinSchema, problemTag } from '../../src/classroom/wire.ts';
import { fakeHost } from './fakeHost.ts';

const home = mkdtempSync(join(tmpdir(), 'https-quest-joining-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
let folders = 0;
const newFolder = () => join(home, `data-${folders++}`);
const address = { host: '192.0.2.7', port: 8443 };
const code = 'KNX14-KS4D7' as JoinCode;

describe('joining', () => {
  it('takes a place, and keeps it for the next start', async () => {
    const folder = newFolder();
    const taken = await takeSeat(fakeHost([]).transport, { folder, address, name: 'Zoë' });
    if ('says' in taken) throw new Error(taken.says);
    expect(taken.seat).toMatchObject({ name: 'Zoë', address: '192.0.2.7' });
    expect(readSeat(folder)).toEqual({ seat: taken.seat });
  });
  it('without a name takes that which the host makes', async () => {
    const taken = await takeSeat(fakeHost([]).transport, { folder: newFolder(), address });
    expect(taken).toMatchObject({ seat: { name: 'Otter 7' } });
  });
  it('keeps no place where the host refuses, and says in which word', async () => {
    const folder = newFolder();
    const host = fakeHost([]);
    host.say({ type: `${problemTag}name`, detail: 'Somebody has this name already.' });
    expect(await takeSeat(host.transport, { folder, address, name: 'Ada' })).toEqual({
      says: 'Somebody has this name already.',
      word: 'name',
    });
    host.say(undefined);
    host.faults.push('garbage');
    expect(await takeSeat(host.transport, { folder, address })).toEqual({
      says: 'The host says what this game does not understand. Update https-quest.',
    });
    expect(readSeat(folder)).toEqual({});
  });
});

describe('joining again', () => {
  const keysIn = ({ bodies }: ReturnType<typeof fakeHost>) => bodies.map((body) => joinSchema.parse(body).key);

  it('after the answer was lost asks for the same place, also at the next start, and once it is there for another', async () => {
    const folder = newFolder();
    const host = fakeHost([]);
    host.faults.push('cut', 'lost', 'busy');
    for (let start = 0; start < 3; start++)
      expect(await takeSeat(host.transport, { folder, address })).toHaveProperty('says');
    expect(readdirSync(folder)).toEqual(['joining.json']);
    expect(await takeSeat(host.transport, { folder, address })).toHaveProperty('seat');
    expect(readdirSync(folder)).toEqual(['seat.json']);
    await takeSeat(host.transport, { folder, address });
    const [key, ...others] = keysIn(host);
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    expect(others.slice(0, 3)).toEqual([key, key, key]);
    expect(others[3]).not.toBe(key);
  });
  it('keeps the key before it sends it', async () => {
    const folder = newFolder();
    const host = fakeHost([]);
    let kept: unknown;
    const request: typeof host.transport.request = (...asked) => {
      kept = JSON.parse(readFileSync(join(folder, 'joining.json'), 'utf8'));
      return host.transport.request(...asked);
    };
    await takeSeat({ request }, { folder, address });
    expect(kept).toEqual({ v: 1, key: keysIn(host)[0] });
  });
  it("draws another key where the place of the first is the player's no longer, or was forgotten", async () => {
    const folder = newFolder();
    const host = fakeHost([]);
    host.say({ type: `${problemTag}token`, detail: 'This place is not yours any more.' });
    await takeSeat(host.transport, { folder, address });
    host.say({ type: `${problemTag}name`, detail: 'Somebody has this name already.' });
    await takeSeat(host.transport, { folder, address });
    forgetSeat(folder);
    await takeSeat(host.transport, { folder, address });
    expect(new Set(keysIn(host)).size).toBe(3);
  });
});

describe('the line to the host', () => {
  type Answer = { readonly status: number; readonly body: unknown };
  const lineWith = (answers: readonly (Answer | 'no connection')[]) => {
    const asked: unknown[][] = [];
    const left = [...answers];
    let connections = 0;
    const line = hostLine(address, code, (async () => {
      if (left[0] === 'no connection') {
        left.shift();
        return { ok: false, why: 'away', says: 'Nobody answers.' } as const;
      }
      connections++;
      return {
        ok: true,
        address,
        async request(...what: unknown[]) {
          asked.push(what);
          return { ok: true, headers: {}, ...(left.shift() as Answer) };
        },
        stream: () => () => {},
        close() {},
      };
    }) as never);
    return { line, asked, connections: () => connections };
  };

  it('is connected when it is needed, again after it did not come about, and then kept', async () => {
    const { line, connections } = lineWith(['no connection', { status: 200, body: 1 }, { status: 200, body: 2 }]);
    expect(await line.request('GET', '/api/me')).toMatchObject({ ok: false, says: 'Nobody answers.' });
    expect(await line.request('GET', '/api/me')).toEqual({ ok: true, data: 1 });
    expect(await line.request('GET', '/api/me')).toEqual({ ok: true, data: 2 });
    expect(connections()).toBe(1);
  });
  it('sends again by itself whatever it is: all may be sent twice', async () => {
    const { line, asked } = lineWith([
      { status: 200, body: 1 },
      { status: 200, body: 2 },
    ]);
    await line.request('POST', '/api/moves', {}, 't');
    await line.request('POST', '/api/join', {});
    expect(asked.map((what) => what[4])).toEqual([{ repeatable: true }, { repeatable: true }]);
  });
  it('tells a refusal in the words of the host', async () => {
    const problem = { type: `${problemTag}later`, title: 'no', status: 409, detail: 'The round is paused.' };
    const { line } = lineWith([
      { status: 409, body: problem },
      { status: 500, body: { error: 'oops' } },
    ]);
    expect(await line.request('GET', '/api/me')).toEqual({ ok: false, says: 'The round is paused.', problem });
    expect(await line.request('GET', '/api/me')).toEqual({
      ok: false,
      says: 'The host refuses, and does not say why (status 500).',
    });
  });
});

describe('a code', () => {
  const examples = (everyCommand.find(({ name }) => name === 'join')?.examples ?? []).flatMap(
    ([command]) => / ([A-Z0-9]{5}-[A-Z0-9]{5})\b/.exec(command)?.[1] ?? [],
  );
  it('of an example of the help is one that could be', () => {
    expect(examples).toHaveLength(2);
    for (const example of examples) expect(parseCode(example)).toEqual({ ok: true, code: example });
  });
});
