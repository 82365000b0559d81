// A place in a competition: taken, or the one that was taken before.
import { type Address, addressInWords } from './address.ts';
import { type KeptSeat, writeSeat } from './seat.ts';
import { type Transport, wordOf } from './session.ts';
import { type Device, type Join, type ProblemWord, seatSchema, wireVersion } from './wire.ts';

/** No place, and a sentence why; with the word of the host's refusal, where it was one. */
export interface NoSeat {
  readonly says: string;
  readonly word?: ProblemWord | undefined;
}

interface Taking extends Omit<Join, 'wire'> {
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
  const asked: Join = {
    wire: wireVersion,
    ...(name === undefined ? {} : { name }),
    ...(team === undefined ? {} : { team }),
  };
  const moved: Device | undefined =
    device === undefined ? undefined : { wire: wireVersion, code: device.toUpperCase().replace(/[\s-]/g, '') };
  const reply = await (moved
    ? transport.request('POST', '/api/device', moved)
    : transport.request('POST', '/api/join', asked));
  if (!reply.ok) return { says: reply.says, word: wordOf(reply) };
  const read = seatSchema.safeParse(reply.data);
  if (!read.success) return { says: 'The host says what this game does not understand. Update https-quest.' };
  const seat: KeptSeat = { v: 1, ...read.data, address: addressInWords(address) };
  return { seat, notice: writeSeat(folder, seat) };
}
