import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  competitionFolder,
  forgetSeat,
  type KeptSeat,
  playerFolder,
  readSeat,
  readStanding,
  writeSeat,
  writeStanding,
} from '../../src/classroom/seat.ts';
import { fakeHost } from './fakeHost.ts';

const home = mkdtempSync(join(tmpdir(), 'https-quest-seat-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
let folders = 0;
const newFolder = () => join(home, `data-${folders++}`, 'deep');

const seat: KeptSeat = {
  v: 1,
  player: '0123456789abcdef',
  token: 'fe'.repeat(16),
  name: 'Zoë',
  address: '192.0.2.7:4433',
};
const seatIn = (folder: string) => join(folder, 'seat.json');

describe('a place in a competition', () => {
  it('is there at the next start', () => {
    const folder = newFolder();
    expect(readSeat(folder)).toEqual({});
    expect(writeSeat(folder, seat)).toBeUndefined();
    expect(readSeat(folder)).toEqual({ seat });
    expect(writeSeat(folder, { ...seat, address: '[2001:db8::1]:4433' })).toBeUndefined();
    expect(readSeat(folder).seat?.address).toBe('[2001:db8::1]:4433');
    forgetSeat(folder);
    expect(readSeat(folder)).toEqual({});
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('can be read by its owner alone: there is a token in it', () => {
    const folder = newFolder();
    writeSeat(folder, seat);
    expect(statSync(seatIn(folder)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    writeFileSync(`${seatIn(folder)}.new`, 'left behind by a start that was killed', { mode: 0o644 });
    writeSeat(folder, seat);
    expect(statSync(seatIn(folder)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, 50)],
    ['empty', () => ''],
    ['of another kind', () => '[1, 2]'],
    ['with a token that is none', (text: string) => text.replace(seat.token, 'x')],
  ])('that is %s is told in a sentence, and not used', (_what, damage) => {
    const folder = newFolder();
    writeSeat(folder, seat);
    writeFileSync(seatIn(folder), damage(readFileSync(seatIn(folder), 'utf8')));
    expect(readSeat(folder)).toEqual({
      notice: `What was kept of your place in this competition (${seatIn(folder)}) is damaged; you join anew.`,
    });
    expect(writeSeat(folder, seat)).toBeUndefined();
    expect(readSeat(folder)).toEqual({ seat });
  });

  it('that cannot be written is told in a sentence', () => {
    const folder = newFolder();
    const file = join(home, `file-${folders++}`);
    writeFileSync(file, '');
    expect(writeSeat(join(file, 'folder'), seat)).toBe(
      `Your place cannot be kept in ${join(file, 'folder')}: a part of its path is a file, not a folder. It holds until you leave.`,
    );
    expect(readSeat(folder)).toEqual({});
  });
});

describe('the folder of a competition', () => {
  it('is the same however the code is shown, and each player has one of its own in it', () => {
    const folder = competitionFolder('/data', 'K7QM2-9F4DS');
    expect(folder).toBe(join('/data', 'classroom', 'k7qm29f4ds'));
    expect(competitionFolder('/data', 'k7qm2 9f4ds')).toBe(folder);
    expect(playerFolder(folder, seat)).toBe(join(folder, seat.player));
  });
  it.each(['../../etc', '..', 'a/b\\c'])('never leads out of the data folder: %s', (code) => {
    expect(competitionFolder('/data', code)).toMatch(/^[/\\]data[/\\]classroom[/\\]?[a-z0-9]*$/);
  });
});

describe('the standing', () => {
  it('is there at the next start, and is not missed where it is damaged', () => {
    const folder = newFolder();
    expect(readStanding(folder)).toBeUndefined();
    const standing = fakeHost([{ id: 'first-contact', contentHash: 'ab'.repeat(16) }]).standing();
    writeStanding(folder, standing);
    expect(readStanding(folder)).toEqual(standing);
    writeFileSync(join(folder, 'standing.json'), '{');
    expect(readStanding(folder)).toBeUndefined();
  });
});
