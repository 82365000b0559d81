// The command `join`: a place in the competition of a class, and the levels of its rounds.
import { type Address, addressInWords, readAddress } from '../classroom/address.ts';
import { hostLine } from '../classroom/hostLine.ts';
import { parseCode } from '../classroom/joinCode.ts';
import { takeSeat } from '../classroom/joining.ts';
import { competitionFolder, type KeptSeat, readSeat, writeSeat } from '../classroom/seat.ts';
import type { Transport } from '../classroom/session.ts';
import type { Level } from '../game/level.ts';
import { openLog } from '../store/log.ts';
import { readPreferences } from '../store/preferences.ts';
import { privacy } from '../ui/entrance.ts';
import { printable, quoted } from '../ui/printable.ts';
import { wrap } from '../ui/wrap.ts';
import type { Call } from './call.ts';
import { levelsFor } from './levelFiles.ts';
import { onScreen } from './look.ts';
import { exit } from './output.ts';
import { openPlace } from './place.ts';
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
  const levels = found.levels.map(({ level }) => level);
  const folder = competitionFolder(call.folder, parsed.code);
  const hasScreen = onScreen(call);
  const on = { levels, version, address: addressInWords(address), code: parsed.code };
  // With a code of another machine the place is taken first, and then gone on with.
  if (hasScreen && settings.device === undefined) return joinOnScreen(call, on);
  const line = hostLine(address, parsed.code);
  try {
    const seat = await seatIn(folder, { call, address, line });
    if (!seat) return exit.unmet;
    if (hasScreen) return await joinOnScreen(call, on);
    const goOnWith = `https-quest join ${addressInWords(address)} ${parsed.code}`;
    return await playIn(folder, seat, { line, call, version, levels, goOnWith });
  } finally {
    line.close();
  }
}

interface OnScreen {
  readonly levels: readonly Level[];
  readonly version: string;
  readonly address: string;
  readonly code: string;
}

/** The same on the screen of the game. */
async function joinOnScreen({ settings, folder, output }: Call, on: OnScreen): Promise<number> {
  const { levels, version, address, code } = on;
  const { playOnScreen } = await import('./screens.ts');
  const join = { address, code, name: settings.name ?? '', team: settings.team ?? '' };
  const ended = await playOnScreen({ levels, log: openLog(folder), settings, folder, version, join });
  if (ended.says !== undefined) output.say(wrap(printable(ended.says)));
  return ended.code;
}

type Competing = Omit<Parameters<typeof competePlain>[0], 'session'>;

async function playIn(folder: string, seat: KeptSeat, competing: Competing): Promise<number> {
  const place = openPlace(folder, seat, competing.line);
  if (typeof place === 'string') {
    competing.call.output.complain(wrap(printable(place)));
    return exit.unmet;
  }
  try {
    return await competePlain({ ...competing, session: place.session });
  } finally {
    place.close();
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
  output.say(wrap(privacy));
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
