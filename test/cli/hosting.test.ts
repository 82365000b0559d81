import { describe, expect, it } from 'vitest';
import { type EventStore, StoreFault } from '../../src/classroom/eventStore.ts';
import { roundTyped, rulesFrom, rulesInWords } from '../../src/cli/hosting/rules.ts';
import { heard } from '../../src/cli/hosting/store.ts';
import { report, withoutPassword } from '../../src/cli/output.ts';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const usual = { attempts: 2, speedBonus: false, streaks: false, firstBlood: false, decay: false };

describe('the rules of a round', () => {
  it('are two attempts and nothing else, unless it is said', () => {
    expect(rulesFrom({})).toEqual(usual);
    expect(rulesFrom({ attempts: '9', rules: 'first-blood,speed' })).toEqual({
      ...usual,
      attempts: 9,
      firstBlood: true,
      speedBonus: true,
    });
  });
  it('are those of the rounds before where only some are said', () => {
    const before = { ...usual, attempts: 4, streaks: true };
    expect(rulesFrom({ attempts: '1' }, before)).toEqual({ ...before, attempts: 1 });
    expect(rulesFrom({ rules: 'decay' }, before)).toEqual({ ...before, streaks: false, decay: true });
    expect(rulesFrom({ rules: 'none' }, before)).toEqual({ ...before, streaks: false });
  });
  it.each([
    ['0', undefined, '--attempts takes a number from 1 to 9, not "0".'],
    ['10', undefined, '--attempts takes a number from 1 to 9, not "10".'],
    ['2e', undefined, '--attempts takes a number from 1 to 9, not "2e".'],
    [undefined, 'speed,\u001b[2J', 'none, not "\\x1b[2J".'],
    [undefined, 'constructor', 'none, not "constructor".'],
  ])('are refused with a sentence: %j, %j', (attempts, rules, says) => {
    expect(rulesFrom({ attempts, rules })).toContain(says);
  });
  it.each([
    ['1,3', { levels: '1,3' }],
    ['1, 3 --attempts 3', { levels: '1, 3', attempts: '3' }],
    ['--rules speed,decay 1 --attempts=3 goodbye', { levels: '1 goodbye', attempts: '3', rules: 'speed,decay' }],
    ['1 --attempts', { levels: '1 --attempts' }],
  ])('stand anywhere behind a round: %j', (typed, apart) => {
    expect(roundTyped(typed)).toEqual({ attempts: undefined, rules: undefined, ...apart });
  });
  it('are said in the words in which they are typed', () => {
    expect(rulesInWords({ ...usual, attempts: 1 })).toBe('one attempt at each');
    expect(rulesInWords({ ...usual, speedBonus: true, firstBlood: true })).toBe(
      '2 attempts at each, with speed, first-blood',
    );
  });
});

describe('a place that keeps nothing any more', () => {
  it('is told of once, and again when it does', async () => {
    let fault: Error | undefined;
    const said: string[] = [];
    const append = async () => {
      if (fault) throw fault;
      return [];
    };
    const store = heard({ append } as unknown as EventStore, (text) => said.push(text));
    await store.append([]);
    expect(said).toEqual([]);
    fault = new StoreFault('The disk is full.');
    for (let times = 0; times < 3; times++) await expect(store.append([])).rejects.toBe(fault);
    expect(said).toEqual([expect.stringMatching(/^The disk is full\. /)]);
    fault = undefined;
    await store.append([]);
    expect(said.slice(1)).toEqual(['What happens is kept again.']);
    fault = new Error('a mistake of our own');
    await expect(store.append([])).rejects.toBe(fault);
    expect(said).toHaveLength(2);
  });

  it('is told of also where only reading fails, of which appending tells nothing', async () => {
    let fault: StoreFault | undefined;
    let tell: (fault?: StoreFault) => void = () => {};
    const said: string[] = [];
    const append = async () => {
      if (fault) throw fault;
      return [];
    };
    const follow: EventStore['follow'] = (_after, _tell, hear) => {
      tell = (fault) => hear?.(fault);
      return () => {};
    };
    const store = heard({ append, follow } as unknown as EventStore, (text) => said.push(text));
    store.follow(0, () => {});
    tell();
    expect(said).toEqual([]);
    const silent = new StoreFault('It does not answer.');
    for (let times = 0; times < 3; times++) tell(silent);
    expect(said).toEqual([expect.stringMatching(/^It does not answer\. /)]);
    tell();
    expect(said.slice(1)).toEqual(['What happens is kept again.']);
    // That a full disk can be read is no news.
    fault = new StoreFault('The disk is full.');
    await expect(store.append([])).rejects.toBe(fault);
    tell(silent);
    tell();
    expect(said.slice(2)).toEqual([expect.stringMatching(/^The disk is full\. /)]);
    fault = undefined;
    await store.append([]);
    expect(said.slice(3)).toEqual(['What happens is kept again.']);
  });
});

it('a report of what is broken has no password in it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quest-report-'));
  try {
    const typed = [
      'host',
      '--database',
      'postgres://ada:hid/den@x@db.example/quest',
      '--database=postgres://hidden@h/',
    ];
    report(new Error('broken'), folder, typed, new Date(0));
    const [file = ''] = readdirSync(join(folder, 'reports'));
    const text = readFileSync(join(folder, 'reports', file), 'utf8');
    expect(text).not.toMatch(/hid|den/);
    expect(text).toContain('"--database=postgres://…@h/"');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  expect(withoutPassword('https://www.example.org/')).toBe('https://www.example.org/');
});
