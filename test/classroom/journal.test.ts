// The journal on its disk: what crashes, damage, a second host and a full disk do to it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreFault } from '../../src/classroom/eventStore.ts';
import type { Stored } from '../../src/classroom/events.ts';
import { openJournal } from '../../src/classroom/journal.ts';
import { journalName, toDisk, type Writing } from '../../src/classroom/journalFile.ts';
import { readJournal } from '../../src/classroom/journalLines.ts';
import { seal } from '../../src/store/lines.ts';
import { ada, bob, everyKind, keyOf, move } from './events.ts';

const home = mkdtempSync(join(tmpdir(), 'https-quest-journal-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
let folders = 0;
const newFolder = () => join(home, `folder-${folders++}`);
const folderWith = (content: Uint8Array | string) => {
  const folder = newFolder();
  mkdirSync(folder);
  writeFileSync(join(folder, journalName), content);
  return folder;
};
const contentIn = (folder: string) => readFileSync(join(folder, journalName));
const cutIn = (folder: string) => {
  const path = join(folder, `${journalName}.cut`);
  return existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
};
/** What is in a journal; appends one event to see that it goes on. */
async function opened(folder: string) {
  const store = await openJournal(folder);
  const stored = await store.read(0);
  const next = await store.append([{ key: 'next', event: { type: 'freeze', frozen: true } }]);
  await store.close();
  return { stored, next, notices: store.notices };
}

/** A journal with a batch of every kind of event alone, and some of several; then how many events there were after each. */
let whole: Buffer;
let stored: readonly Stored[];
let ends: readonly { readonly bytes: number; readonly events: number }[];
beforeAll(async () => {
  const folder = newFolder();
  const store = await openJournal(folder);
  const after = [{ bytes: contentIn(folder).length, events: 0 }];
  const batches = [
    ...everyKind.filter(({ type }) => type !== 'created' && type !== 'graded').map((event) => [{ event }]),
    [0, 1, 2].map((index) => ({ key: keyOf(ada, index), event: move(ada, index) })),
    everyKind.map((event, index) => ({ key: `${index}`, event })),
    [3, 4].map((index) => ({ key: keyOf(ada, index), event: move(ada, index) })),
  ];
  for (const batch of batches) {
    await store.append(batch);
    after.push({ bytes: contentIn(folder).length, events: await store.head() });
  }
  stored = await store.read(0);
  await store.close();
  whole = contentIn(folder);
  ends = after;
});

describe('the journal', () => {
  it('is text: a line that says what it is, then a line a batch, each with its CRC-32', () => {
    const lines = whole.toString().split('\n');
    expect(lines[0]).toMatch(/^[0-9a-f]{8} \{"log":"https-quest competition","v":1,"salt":"[0-9a-f]{32}"\}$/);
    expect(lines).toHaveLength(ends.length + 1);
    for (const line of lines.slice(1, -1)) expect(line).toMatch(/^[0-9a-f]{8} \{"first":\d+,"durable":\d+,"at":/);
  });

  it('is open to its owner alone, and leaves nothing else in its folder', async () => {
    const folder = join(newFolder(), 'deep', 'down');
    const store = await openJournal(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
    await store.erase(ada);
    expect(statSync(join(folder, journalName)).mode & 0o777).toBe(0o600);
    await store.close();
    expect(readdirSync(folder)).toEqual([journalName]);
  });

  it('does not keep the name that stands in a key, and nothing of who was erased', async () => {
    const folder = folderWith(Buffer.concat([whole, Buffer.from('0badc0de {"torn":"Łukasiewicz')]));
    const store = await openJournal(folder);
    expect(store.notices).toHaveLength(1);
    await store.append([{ key: 'name:hypatia', event: move(bob, 0) }]);
    expect(contentIn(folder).toString()).toContain('Łukasiewicz');
    expect(contentIn(folder).toString()).not.toContain('hypatia');
    await store.erase(ada);
    for (const name of readdirSync(folder)) {
      const content = readFileSync(join(folder, name), 'utf8');
      expect(content, name).not.toMatch(/ada0|Łukasiewicz|Countess|name:/);
    }
    expect(contentIn(folder).toString()).toContain(bob);
    await store.close();
  });

  it('is deleted by a purge', async () => {
    const folder = folderWith(whole.subarray(0, -5));
    const store = await openJournal(folder);
    await store.purge();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('writes together what came while it was writing', async () => {
    let syncs = 0;
    const counted: Writing = {
      ...toDisk,
      sync: (file) => {
        syncs++;
        return toDisk.sync(file);
      },
    };
    const store = await openJournal(newFolder(), Date.now, counted);
    syncs = 0;
    await Promise.all(Array.from({ length: 300 }, (_, index) => store.append([{ event: move(ada, index) }])));
    expect(await store.head()).toBe(300);
    expect(syncs).toBeGreaterThan(0);
    expect(syncs).toBeLessThan(5);
    await store.close();
  });

  it('answers only once the disk has it, a repeated key too', async () => {
    let letSync = () => {};
    const slow: Writing = {
      ...toDisk,
      sync: (file) => new Promise<void>((resolve) => (letSync = resolve)).then(() => toDisk.sync(file)),
    };
    const folder = folderWith(whole);
    const store = await openJournal(folder, Date.now, slow);
    const answered: string[] = [];
    const told: number[] = [];
    const end = store.follow(stored.length, (events) => told.push(...events.map(({ number }) => number)));
    const first = store.append([{ key: 'k', event: move(bob, 0) }]).then(() => answered.push('first'));
    const second = store.append([{ key: 'k', event: move(bob, 0) }]).then(() => answered.push('second'));
    while (contentIn(folder).length === whole.length) await new Promise((resolve) => setImmediate(resolve));
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect({ answered, told, head: await store.head() }).toEqual({ answered: [], told: [], head: stored.length });
    letSync();
    await Promise.all([first, second]);
    expect(answered).toEqual(['first', 'second']);
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toEqual([stored.length + 1]);
    end();
    await store.close();
  });
});

describe('a journal whose host was killed', () => {
  const goodBefore = (length: number) => ends.findLast(({ bytes }) => bytes <= length) ?? { bytes: 0, events: 0 };
  it('has whole batches alone, wherever it was cut', () => {
    for (let length = 0; length <= whole.length; length++) {
      const { kept, length: good } = readJournal(whole.subarray(0, length), journalName);
      const expected = goodBefore(length);
      expect(good).toBe(expected.bytes);
      expect(kept.map(({ number, at, event }) => ({ number, at, event }))).toEqual(stored.slice(0, expected.events));
    }
    expect(whole.length).toBeGreaterThan(9_000);
  });

  it('says what was cut, keeps it aside, and goes on', async () => {
    const borders = ends.flatMap(({ bytes }) => [bytes - 1, bytes, bytes + 1]);
    const others = Array.from({ length: 250 }, (_, index) => Math.floor((index * whole.length) / 250));
    for (const length of [...borders, ...others].filter((bytes) => bytes <= whole.length)) {
      const folder = folderWith(whole.subarray(0, length));
      const { stored: found, next, notices } = await opened(folder);
      const good = goodBefore(length);
      expect(found).toEqual(stored.slice(0, good.events));
      expect(next).toEqual([{ number: good.events + 1, fresh: true }]);
      const cut = whole.subarray(good.bytes, length);
      expect(notices).toHaveLength(cut.length ? 1 : 0);
      expect(cutIn(folder).equals(cut)).toBe(true);
      if (cut.length)
        expect(notices[0]).toContain(`the last ${cut.length} bytes of ${join(folder, journalName)} were not whole`);
      const again = await opened(folder);
      expect(again.notices).toEqual([]);
      expect(again.stored).toEqual([...found, { ...again.stored.at(-1), number: good.events + 1 }]);
      expect(again.next).toEqual([{ number: good.events + 1, fresh: false }]);
      rmSync(folder, { recursive: true });
    }
  });

  it('is cut where a page of its last write is missing, although a good line stands behind', async () => {
    const folder = newFolder();
    const store = await openJournal(folder);
    await store.append([{ event: move(ada, 0) }]);
    const before = contentIn(folder);
    await Promise.all([1, 2, 3].map((index) => store.append([{ event: move(ada, index) }])));
    await store.close();
    const content = contentIn(folder);
    content.fill(0, before.length + 30, before.length + 60);
    const { stored: found, notices } = await opened(folderWith(content));
    expect(found).toHaveLength(1);
    expect(notices[0]).toContain(`the last ${content.length - before.length} bytes`);
  });

  it('has at its end what the file system may leave there: nothing but zeros', async () => {
    const { stored: found, notices } = await opened(folderWith(Buffer.concat([whole, Buffer.alloc(4096)])));
    expect(found).toEqual(stored);
    expect(notices[0]).toContain('the last 4096 bytes');
  });
});

describe('a journal in which a byte was changed', () => {
  const lastWrite = () => ends.at(-2)?.bytes ?? 0;
  it('is refused, and left as it is; in its last batch it is taken for a torn write', async () => {
    let refused = 0;
    let cut = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.nat(whole.length - 1), fc.integer({ min: lastWrite(), max: whole.length - 1 })),
        fc.integer({ min: 1, max: 255 }),
        async (at, mask) => {
          const changed = Buffer.from(whole);
          changed[at] = (changed[at] ?? 0) ^ mask;
          const folder = folderWith(changed);
          if (at >= lastWrite()) {
            const { stored: found, notices } = await opened(folder);
            expect(found).toEqual(stored.slice(0, ends.at(-2)?.events));
            expect(notices).toHaveLength(1);
            cut++;
          } else {
            const fault = await openJournal(folder).catch((error: unknown) => error);
            expect(fault).toBeInstanceOf(StoreFault);
            const line = whole.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
            const says = fault instanceof StoreFault ? fault.message : '';
            expect(says).toMatch(
              line === 1
                ? /is no log of a competition, or its first line is damaged\./
                : new RegExp(`^Line ${line} of `),
            );
            expect(says).toContain(join(folder, journalName));
            expect(contentIn(folder).equals(changed)).toBe(true);
            expect(readdirSync(folder)).toEqual([journalName]);
            refused++;
          }
          rmSync(folder, { recursive: true });
        },
      ),
      { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(50);
    expect(cut).toBeGreaterThan(50);
  });

  it('is refused where a line is missing, or stands twice', async () => {
    const lines = whole.toString().split('\n');
    for (const changed of [lines.toSpliced(4, 1), lines.toSpliced(4, 0, lines[4] ?? '')])
      await expect(openJournal(folderWith(changed.join('\n')))).rejects.toThrow(/^Line [56] of .* is damaged/);
  });
});

describe('a journal that is not to be touched', () => {
  const header = (): Buffer => whole.subarray(0, ends[0]?.bytes);
  const batch = (event: object): Buffer =>
    Buffer.concat([header(), seal({ first: 1, durable: 0, at: 1, events: [{ event }] })]);
  it.each<readonly [string, () => Uint8Array | string, RegExp]>([
    ['is of a newer version', () => seal({ log: 'https-quest competition', v: 2, new: true }), /is of a newer version/],
    ['holds a newer competition', () => batch({ type: 'created', v: 2, more: 1 }), /is of a newer version/],
    ['holds unknown events', () => batch({ type: 'danced', player: ada }), /^Line 2 of .* does not know/],
    ['is something else', () => 'Dear diary,\n', /is no log of a competition/],
    ['is another log of the game', () => seal({ log: 'https-quest attempts', v: 1 }), /is no log of a competition/],
  ])('%s', async (_, content, says) => {
    const folder = folderWith(content());
    const before = contentIn(folder);
    const fault = await openJournal(folder).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(StoreFault);
    expect(fault instanceof StoreFault ? fault.message : '').toMatch(says);
    expect(contentIn(folder).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual([journalName]);
  });

  it('is a folder, or its folder is a file', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, journalName), { recursive: true });
    await expect(openJournal(folder)).rejects.toThrow(/cannot be kept in .*: it is a folder\. Give another folder\./);
    await expect(openJournal(join(folderWith(''), journalName))).rejects.toThrow(StoreFault);
  });
});

describe('a disk that takes no more', () => {
  const failing = (at: 'write' | 'sync', code: string) => {
    let fails = false;
    const writing: Writing = {
      async write(file, bytes) {
        if (!fails || at !== 'write') return toDisk.write(file, bytes);
        await toDisk.write(file, bytes.subarray(0, bytes.length / 2));
        throw Object.assign(new Error('no'), { code });
      },
      async sync(file) {
        if (fails && at === 'sync') throw Object.assign(new Error('no'), { code });
        return toDisk.sync(file);
      },
    };
    return { writing, break: () => (fails = true) };
  };
  it.each([
    ['write', 'ENOSPC', /the disk is full\. Mend that, then start the host again/],
    ['sync', 'EIO', /the disk reports an error/],
  ] as const)('refuses everything after a failed %s, until it is opened anew', async (at, code, says) => {
    const folder = newFolder();
    const disk = failing(at, code);
    const store = await openJournal(folder, Date.now, disk.writing);
    const told: Stored[] = [];
    store.follow(0, (events) => told.push(...events));
    await store.append([{ key: '0', event: move(ada, 0) }]);
    disk.break();
    const lost = [1, 2].map((index) => store.append([{ key: `${index}`, event: move(ada, index) }]));
    for (const one of lost) await expect(one).rejects.toThrow(says);
    for (const refused of [store.append([]), store.read(0), store.head(), store.erase(ada), store.purge()])
      await expect(refused).rejects.toThrow(StoreFault);
    await store.close();
    expect(told.map(({ number }) => number)).toEqual([1]);
    const again = await openJournal(folder);
    // Of a write that failed nobody knows the end: some of its batches may be there.
    expect(await again.head()).toBeGreaterThanOrEqual(1);
    for (const index of [1, 2]) await again.append([{ key: `${index}`, event: move(ada, index) }]);
    expect((await again.read(0)).map(({ event }) => event)).toEqual([0, 1, 2].map((index) => move(ada, index)));
    await again.close();
  });

  it.each(['write', 'sync'] as const)(
    'keeps the old file where a player cannot be erased for a failed %s',
    async (at) => {
      const folder = folderWith(whole);
      const disk = failing(at, 'ENOSPC');
      const store = await openJournal(folder, Date.now, disk.writing);
      disk.break();
      await expect(store.erase(ada)).rejects.toThrow(/the disk is full/);
      await store.close();
      expect(contentIn(folder).equals(whole)).toBe(true);
      expect(readdirSync(folder)).toEqual([journalName]);
    },
  );

  it.skipIf(!existsSync('/dev/full'))('is refused at once where it is a device', async () => {
    const folder = newFolder();
    mkdirSync(folder);
    symlinkSync('/dev/full', join(folder, journalName));
    await expect(openJournal(folder)).rejects.toThrow(/is no file\. Give another folder\./);
  });
});

describe('hosts', () => {
  let program: string;
  beforeAll(async () => {
    program = join(home, 'host.mjs');
    const path = new URL('programs/host.ts', import.meta.url).pathname;
    const shared = { bundle: true, platform: 'node', format: 'esm', target: 'node20' } as const;
    await build({ ...shared, entryPoints: [path], outfile: program });
  });
  const started: ChildProcess[] = [];
  afterAll(() => {
    for (const child of started) child.kill('SIGKILL');
  });
  const host = (folder: string, round: number) => {
    const child = spawn(process.execPath, [program, folder, `${round}`], { stdio: ['ignore', 'pipe', 'ignore'] });
    started.push(child);
    return child;
  };
  const linesOf = (child: ChildProcess) => {
    if (!child.stdout) throw new Error('It has no output.');
    return createInterface(child.stdout);
  };

  it('that are killed at any moment lose nothing that they said to be kept', async () => {
    const folder = newFolder();
    const said: string[] = [];
    for (let round = 0; round < 20; round++) {
      const child = host(folder, round);
      const lines: string[] = [];
      const enough = 2 + round * 37;
      for await (const line of linesOf(child)) {
        lines.push(line);
        if (lines.length === enough) child.kill('SIGKILL');
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      expect(lines.length).toBeGreaterThanOrEqual(enough);
      expect(JSON.parse(lines[0] ?? '').length).toBeLessThanOrEqual(1);
      said.push(...lines.slice(1));
    }
    const store = await openJournal(folder);
    const kept = await store.read(0, 1_000_000);
    expect(kept.map(({ number }) => number)).toEqual(kept.map((_, index) => index + 1));
    // Three moves a batch: all of it or none.
    expect(kept.length % 3).toBe(0);
    const again = await store.append(said.map((key) => ({ key, event: move(ada, 0) })));
    expect(again.filter(({ fresh }) => fresh)).toEqual([]);
    expect(said.length).toBeGreaterThan(5000);
    await store.close();
  });

  it('have a folder to themselves while they live', async () => {
    const folder = newFolder();
    const store = await openJournal(folder);
    await expect(openJournal(folder)).rejects.toThrow(
      new RegExp(`^Process ${process.pid} already hosts from this folder\\. End it, or give another folder;`),
    );
    const second = host(folder, 0);
    const [code] = await once(second, 'exit');
    expect(code).not.toBe(0);
    await store.close();
    const third = host(folder, 0);
    await once(linesOf(third), 'line');
    await expect(openJournal(folder)).rejects.toThrow(`Process ${third.pid} already hosts`);
    third.kill('SIGKILL');
    await once(third, 'exit');
    const taken = await openJournal(folder);
    await taken.close();
    expect(readdirSync(folder).filter((name) => name.includes('lock'))).toEqual([]);
  });

  it('that start at once over the lock of a dead one: one of them gets it', async () => {
    for (let round = 0; round < 5; round++) {
      const folder = newFolder();
      mkdirSync(folder);
      writeFileSync(join(folder, 'competition.lock'), JSON.stringify({ pid: 2 ** 22 + 1, boot: 'another' }));
      const children = Array.from({ length: 4 }, () => host(folder, 0));
      const exits = children.map((child) => once(child, 'exit'));
      const first = await Promise.race(children.map(async (child) => [child, ...(await once(linesOf(child), 'line'))]));
      const living = children.filter((child) => child !== first[0]);
      await Promise.all(living.map((child) => exits[children.indexOf(child)]));
      expect(living.map(({ exitCode }) => exitCode)).toEqual([1, 1, 1]);
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(exits);
      expect((await opened(folder)).stored.length % 3).toBe(0);
    }
  });

  it.each([
    ['is empty', ''],
    ['has the number of this process, of an earlier life', JSON.stringify({ pid: process.pid, boot: '' })],
    ['is of before the machine was started', JSON.stringify({ pid: 1, boot: 'another' })],
  ])('take over a lock that %s', async (_, lock) => {
    const folder = newFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, 'competition.lock'), lock);
    expect((await opened(folder)).stored).toEqual([]);
  });
});
