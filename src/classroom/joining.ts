// A place in a competition: taken, or the one that was taken before.
import { type Address, addressInWords } from './address.ts';
import { forgetSeatKey, type KeptSeat, seatKey, writeSeat } from './seat.ts';
import { type Transport, wordOf } from './session.ts';
import { type Device, type Join, type ProblemWord, seatSchema, wireVersion } from './wire.ts';

/** No place, and a sentence why; with the word of the host's refusal, where it was one. */
export interface NoSeat {
  readonly says: string;
  readonly word?: ProblemWord | undefined;
}

interface Taking extends Omit<Join, 'wire' | 'key'> {
  readonly folder: string;
  readonly address: Address;
  /** The one-time code by which a player goes on here who played on another machine. */
  readonly device?: string | undefined;
}

/**
 * Takes a place at the host, or with a code goes on at one, and keeps it in the folder of the competition. Without a name the
 * host makes one.
 */
export async function takeSeat(
  transport: Pick<Transport, 'request'>,
  { folder, address, name, team, device }: Taking,
): Promise<{ readonly seat: KeptSeat; readonly notice?: string | undefined } | NoSeat> {
  const asked = (): Join => ({
    wire: wireVersion,
    key: seatKey(folder),
    ...(name === undefined ? {} : { name }),
    ...(team === undefined ? {} : { team }),
  });
  const moved: Device | undefined =
    device === undefined ? undefined : { wire: wireVersion, code: device.toUpperCase().replace(/[\s-]/g, '') };
  const reply = await (moved
    ? transport.request('POST', '/api/device', moved)
    : transport.request('POST', '/api/join', asked()));
  if (!reply.ok) {
    const word = wordOf(reply);
    // The place of this key was taken, and is the player's no longer.
    if (word === 'token') forgetSeatKey(folder);
    return { says: reply.says, word };
  }
  const read = seatSchema.safeParse(reply.data);
  if (!read.success) return { says: 'The host says what this game does not understand. Update https-quest.' };
  const seat: KeptSeat = { v: 1, ...read.data, address: addressInWords(address) };
  const notice = writeSeat(folder, seat);
  // Where the place cannot be kept, its key stays: with it the next start is given it again.
  if (notice === undefined) forgetSeatKey(folder);
  return { seat, notice };
}
