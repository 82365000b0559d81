// A player's session and a host, with a line between them that delays, cuts and resets. Nothing is lost, nothing comes twice.
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { hostLine } from '../../src/classroom/hostLine.ts';
import { certifiedKey, codeOf } from '../../src/classroom/joinCode.ts';
import { takeSeat } from '../../src/classroom/joining.ts';
import { connectPinned } from '../../src/classroom/pinned.ts';
import { openSession } from '../../src/classroom/session.ts';
import { contentHash } from '../../src/game/attempt.ts';
import { openLog } from '../../src/store/log.ts';
import { afterwards, closeAll, firstAttempt, level, newClass, newFolder, until, wellPlayed } from './classes.ts';
import { bound } from './hosts.ts';

afterEach(closeAll);

/** What becomes of a connection once the host has answered so many bytes on it. */
interface Fate {
  readonly after: number;
  readonly how: 'cut' | 'reset';
}
/** A host of TLS 1.3 shows its certificate in its first kilobytes: some of these fall into it, some into answers. */
const fates: readonly Fate[] = [200, 900, 1300, 1600, 1900, 2300, 2800, 3500, 4500, 6000].flatMap((after) => [
  { after, how: 'cut' as const },
  { after, how: 'reset' as const },
]);

/** In front of the port; each connection has the next fate, and those after the last have none. All comes byte by few bytes. */
async function proxy(port: number) {
  const left = [...fates];
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    const fate = left.shift();
    let answered = 0;
    const end = () => {
      if (fate?.how === 'reset') near.resetAndDestroy();
      else near.destroy();
      far.destroy();
    };
    const pass = async (bytes: Buffer, to: Socket, most: number) => {
      for (let from = 0; from < bytes.length && !to.destroyed; from += 97) {
        await new Promise((resolve) => setImmediate(resolve));
        to.write(bytes.subarray(from, Math.min(from + 97, bytes.length, most)));
      }
    };
    let [toHost, toPlayer] = [Promise.resolve(), Promise.resolve()];
    near.on('data', (bytes) => {
      toHost = toHost.then(() => pass(bytes, far, bytes.length));
    });
    far.on('data', (bytes) => {
      const most = (fate?.after ?? Number.POSITIVE_INFINITY) - answered;
      answered += bytes.length;
      toPlayer = toPlayer.then(() => pass(bytes, near, most)).then(() => (bytes.length >= most ? end() : undefined));
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => {});
      one.on('close', () => other.destroy());
    }
  });
  return { port: (await bound(server))[0], left };
}

it('what is played comes to the host once and in order over a line that delays, cuts and resets', {
  timeout: 120_000,
}, async () => {
  const { host, store } = await newClass();
  const certificate = host.competition().created?.certificate ?? '';
  const code = await codeOf(certifiedKey(certificate));
  const { port, left } = await proxy(host.port);
  const address = { host: '127.0.0.1', port };
  const waits = { first: 5, longest: 20, silence: 45_000 };
  const line = hostLine(address, code, (to, pinned) => connectPinned(to, pinned, { waits }));
  afterwards(line.close);

  const folder = newFolder();
  const seat = await until(async () => {
    const taken = await takeSeat(line, { folder, address, name: 'Ada' });
    return 'seat' in taken && taken.seat;
  });
  expect([...host.competition().players.keys()]).toEqual([seat.player]);

  const session = openSession({
    transport: line,
    token: seat.token,
    log: openLog(newFolder()),
    draw: () => 'ab'.repeat(9),
    // As long as it says, but 100 times faster.
    after(ms, call) {
      const timer = setTimeout(call, ms / 100);
      return () => clearTimeout(timer);
    },
  });
  afterwards(session.close);
  await until(() => session.state().standing);
  const { id, seed } = session.begin(level);
  session.log.record({ type: 'started', attempt: id, level: level.id, contentHash: contentHash(level), seed });
  const moves = wellPlayed(seed);
  for (const move of moves) {
    session.log.record({ type: 'moved', attempt: id, move });
    await until(() => session.state().unsent === 0);
  }
  // The stream and what is asked break off until the line is a good one.
  await until(() => left.length === 0);
  await until(() => session.state().standing?.points === 100 && session.state().away === undefined);

  const events = (await store.read(0)).map(({ event }) => event);
  expect(events.filter(({ type }) => type === 'joined')).toHaveLength(1);
  const kept = events.flatMap((event) => (event.type === 'moved' ? [event] : []));
  expect(kept.map(({ attempt, index, move }) => [attempt, index, move])).toEqual(
    moves.map((move, index) => [firstAttempt, index, move]),
  );
});
