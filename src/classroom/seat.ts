// What a player's machine keeps of a competition beside the log of attempts: whose place it is, and how things stood last.
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { reasonOf } from '../store/damage.ts';
import { writeWhole } from '../store/whole.ts';
import { joinSchema, type Standing, seatSchema, standingSchema } from './wire.ts';

const keptSchema = z.strictObject({
  v: z.literal(1),
  ...seatSchema.shape,
  /** Where the host was last found: `192.0.2.7:4433`. */
  address: z.string().max(300),
});
export type KeptSeat = z.output<typeof keptSchema>;

/** The folder of a competition, which its join code names, however it is typed. Each player has a folder of its own in it. */
export const competitionFolder = (dataFolder: string, code: string): string =>
  join(dataFolder, 'classroom', code.toLowerCase().replace(/[^0-9a-z]/g, ''));
/** Of one player: the log of attempts, and the last standing. Whoever joins anew has other seeds, and another log. */
export const playerFolder = (folder: string, { player }: { readonly player: string }): string => join(folder, player);

const seatFile = 'seat.json';
const standingFile = 'standing.json';
const keyFile = 'joining.json';

/** The place that was taken from this machine before; or a sentence on why it is not to be read. */
export function readSeat(folder: string): { readonly seat?: KeptSeat; readonly notice?: string } {
  const path = join(folder, seatFile);
  const read = readAs(keptSchema, path);
  if (read === 'missing') return {};
  if (read === 'damaged')
    return { notice: `What was kept of your place in this competition (${path}) is damaged; you join anew.` };
  return { seat: read };
}

/** The place that was taken or gone on with last, of all competitions, with the code of its competition. */
export function lastSeat(dataFolder: string): (KeptSeat & { readonly code: string }) | undefined {
  const all = join(dataFolder, 'classroom');
  const found = namesIn(all).flatMap((code) => {
    const taken = statSync(join(all, code, seatFile), { throwIfNoEntry: false });
    return taken ? [{ code, taken: taken.mtimeMs }] : [];
  });
  const [newest] = found.sort((one, other) => other.taken - one.taken);
  const seat = newest && readSeat(join(all, newest.code)).seat;
  return seat && { ...seat, code: newest.code };
}
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // There is none before the first competition.
    return [];
  }
}

/** Keeps the place for the next start; gives what went wrong, in a sentence. */
export function writeSeat(folder: string, seat: KeptSeat): string | undefined {
  const problem = write(folder, seatFile, seat);
  return problem && `Your place cannot be kept in ${folder}: ${problem}. It holds until you leave.`;
}

/** The place is the player's no longer. */
export function forgetSeat(folder: string): void {
  rmSync(join(folder, seatFile), { force: true });
  forgetSeatKey(folder);
}

const keySchema = z.strictObject({ v: z.literal(1), key: joinSchema.shape.key.unwrap() });

/**
 * What the host knows a place by that is being taken: drawn here, and kept before it is sent, so that whoever asks again, also after
 * a kill, is given the place that was taken already. It is as secret as the token.
 */
export function seatKey(folder: string): string {
  const read = readAs(keySchema, join(folder, keyFile));
  if (typeof read !== 'string') return read.key;
  const key = randomBytes(16).toString('hex');
  // Where it cannot be kept, it holds for this start.
  write(folder, keyFile, { v: 1, key });
  return key;
}
/** The next place is another one. */
export const forgetSeatKey = (folder: string): void => rmSync(join(folder, keyFile), { force: true });

/** As the host told it last, so that what was begun can be gone on with while the host is away. */
export function readStanding(folder: string): Standing | undefined {
  const read = readAs(standingSchema, join(folder, standingFile));
  return typeof read === 'string' ? undefined : read;
}
/** Without it the game goes on: the host tells it anew. */
export const writeStanding = (folder: string, standing: Standing): void => void write(folder, standingFile, standing);

function readAs<T>(schema: z.ZodType<T>, path: string): T | 'missing' | 'damaged' {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'missing' : 'damaged';
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return 'damaged';
  }
}

/** Gives why it cannot be written. */
function write(folder: string, name: string, value: unknown): string | undefined {
  try {
    writeWhole(join(folder, name), `${JSON.stringify(value)}\n`);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
