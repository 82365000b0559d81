// A run as files that other programs open: a capture with its secrets, and a key log.
import type { Seen } from '../game/simulate.ts';
import { today } from '../scenarios/people.ts';
import { describeHttp } from '../scenarios/http.ts';
import { describeRecord } from '../tls/describe.ts';
import { type Conversation, type Overheard, overheard, type Secret } from './conversations.ts';
import { type Place, tcpConnection, udpFrame } from './frames.ts';
import { type Packet, pcapng } from './pcapng.ts';

/** What the player's actors saw on the cables, act after act, with the secrets that they held, as pcapng. */
export function captureOf(acts: readonly Seen[], application: string): Uint8Array {
  const heard = overheard(acts);
  const addresses = new Map(heard.actors.map((actor, index) => [actor, addressOf(index)]));
  return pcapng({
    application,
    packets: packetsOf(heard, (actor) => addresses.get(actor) ?? addressOf(99)),
    keyLog: keyLogOf(heard.secrets),
    names: [...addresses].map(([name, address]) => ({ address, name })),
  });
}

/** The secrets that the player's actors told, in the format of SSLKEYLOGFILE (RFC 9850). */
export const keyLog = (acts: readonly Seen[]): string => keyLogOf(overheard(acts).secrets);

const keyLogOf = (secrets: readonly Secret[]): string =>
  secrets.map(({ label, clientRandom, value }) => `${label} ${hex(clientRandom)} ${hex(value)}\n`).join('');

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** 192.0.2.0/24 is for documentation (RFC 5737): nobody is there. */
const addressOf = (index: number): readonly number[] => [192, 0, 2, 10 * (index + 1)];
/** Ports that callers call from. */
const firstPort = 49_152;
const microsecondsBetween = 1_000;
const microsecondsOfAnAct = 600_000_000;

function packetsOf({ conversations, pieces }: Overheard, address: (actor: string) => readonly number[]): Packet[] {
  const open = new Map<number, ReturnType<typeof tcpConnection>>();
  const packets: Packet[] = [];
  const counts = new Map<number, number>();
  const put = ({ act }: Conversation, frames: readonly Uint8Array[], comment?: string) => {
    for (const [index, frame] of frames.entries()) {
      const count = counts.get(act) ?? 0;
      counts.set(act, count + 1);
      const time = today.getTime() * 1000 + act * microsecondsOfAnAct + count * microsecondsBetween;
      packets.push({ time, frame, ...(comment && index === 0 ? { comment } : {}) });
    }
  };
  for (const { conversation: index, from, bytes } of pieces) {
    const conversation = conversations[index];
    if (!conversation) continue;
    const caller: Place = { address: address(conversation.caller), port: firstPort + index };
    const called: Place = { address: address(conversation.called), port: conversation.port };
    if (conversation.transport === 'udp') {
      const [source, target] = from === 'caller' ? [caller, called] : [called, caller];
      if (bytes) put(conversation, [udpFrame({ from: source, to: target, bytes })]);
      continue;
    }
    let connection = open.get(index);
    if (!connection) {
      connection = tcpConnection(caller, called, 1_000_000 * (index + 1));
      open.set(index, connection);
      put(conversation, connection.open());
    }
    if (bytes) put(conversation, connection.say(from, bytes), commentOn(bytes));
    else put(conversation, connection.close(from));
  }
  return packets;
}

const commentOn = (bytes: Uint8Array): string | undefined =>
  describeRecord(bytes)?.name ?? describeHttp(bytes)?.name ?? undefined;
