// The command `join`: a place in the competition of a class, and the levels of its rounds.
import { randomBytes } from 'node:crypto';
import { join as pathOf } from 'node:path';
import { type Address, addressInWords, readAddress } from '../classroom/address.ts';
import { StoreFault } from '../classroom/eventStore.ts';
import { hostLine } from '../classroom/hostLine.ts';
import { parseCode } from '../classroom/joinCode.ts';
import { takeSeat } from '../classroom/joining.ts';
import { takeLock } from '../classroom/lockFile.ts';
import {
  competitionFolder,
  forgetSeat,
  type KeptSeat,
  playerFolder,
  readSeat,
  readStanding,
  writeSeat,
  writeStanding,
} from '../classroom/seat.ts';
import { openSession, type Transport } from '../classroom/session.ts';
import { openLog } from '../store/log.ts';
import { readPreferences } from '../store/preferences.ts';
import { printable, quoted } from '../ui/printable.ts';
import { wrap } from '../ui/wrap.ts';
import type { Call } from './call.ts';
import { levelsFor } from './levelFiles.ts';
import { exit } from './output.ts';
import { competePlain } from './plain/competition.ts';

export async function join(call: Call, version: string): Promise<number> {
  const { given, settings, slip } = call;
  const [typedAddress = '', typedCode = ''] = given;
  if (settings.seed !== undefined)
    return slip('A competition takes no --seed: the host gives every player other ones.');
  const read = readAddress(typedAddress);
  if (!read.ok) return slip(`"${quoted(typedAddress)}": ${printable(read.says)}`);
  const parsed = parseCode(typedCode);
  if (!parsed.ok) return slip(`"${quoted(typedCode)}": ${printable(parsed.says)}`);
  const found = levelsFor(call);
  if (typeof found === 'number') return found;
  const { address } = read;
  const folder = competitionFolder(call.folder, parsed.code);
  const line = hostLine(address, parsed.code);
  try {
    const seat = await seatIn(folder, { call, address, line });
    if (!seat) return exit.unmet;
    const goOnWith = `https-quest join ${addressInWords(address)} ${parsed.code}`;
    const levels = found.levels.map(({ level }) => level);
    return await playIn(folder, seat, { line, call, version, levels, goOnWith });
  } finally {
    line.close();
  }
}

type Competing = Omit<Parameters<typeof competePlain>[0], 'session'>;

async function playIn(folder: string, seat: KeptSeat, competing: Competing): Promise<number> {
  const own = playerFolder(folder, seat);
  const log = openLog(own);
  const unlock = lock(pathOf(own, 'lock'));
  if (typeof unlock === 'string') {
    competing.call.output.complain(wrap(unlock));
    return exit.unmet;
  }
  const session = openSession({
    transport: competing.line,
    token: seat.token,
    log,
    standing: readStanding(own),
    keepStanding: (standing) => writeStanding(own, standing),
    draw: () => randomBytes(9).toString('hex'),
  });
  try {
    return await competePlain({ ...competing, session });
  } finally {
    const { over } = session.state();
    // Who is taken out may come back, at another place.
    if (over && over.word !== 'version') forgetSeat(folder);
    session.close();
    unlock();
  }
}

interface Joining {
  readonly call: Call;
  readonly address: Address;
  readonly line: Transport;
}

/** The place that was taken before, or a new one; nothing where there is none, which was said. */
async function seatIn(folder: string, { call, address, line }: Joining): Promise<KeptSeat | undefined> {
  const { settings, output } = call;
  const { seat: kept, notice } = readSeat(folder);
  if (notice) output.complain(wrap(printable(notice)));
  if (kept && settings.device === undefined) {
    const now = addressInWords(address);
    if (kept.address !== now) writeSeat(folder, { ...kept, address: now });
    return kept;
  }
  const known = readPreferences(call.folder).preferences.name;
  output.say(privacy.flatMap((text) => wrap(text)));
  if (known && settings.name === undefined && settings.device === undefined)
    output.say(wrap(printable(`Your nickname is the name in your settings, ${known}. Another one: --name NAME.`)));
  const name = settings.name ?? (known || undefined);
  const taken = await takeSeat(line, { folder, address, name, team: settings.team, device: settings.device });
  if (!('says' in taken)) {
    if (taken.notice) output.complain(wrap(printable(taken.notice)));
    return taken.seat;
  }
  output.complain(wrap(printable(taken.word === 'name' ? `${taken.says} Join with --name NAME.` : taken.says)));
  return undefined;
}

const privacy = [
  'What leaves this machine: your nickname, your team if you name one, and what you do in the levels. The host keeps that, ' +
    'with the time, and not the address of your machine. The class sees your nickname and your points. Your teacher can erase it all.',
];

/** Two windows would play the same attempts, and each would be half of the other's. */
function lock(path: string): (() => void) | string {
  try {
    return takeLock(path);
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
    return `You play in this competition in another window already: go on there. If there is none, delete ${printable(path)}.`;
  }
}
