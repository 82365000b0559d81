// A class on one host: answers at the speed of a class, from the answer to its grade, memory, and events to many streams. The
// built program, its players in another process; beside it a bare node:https server that is sent the same.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { contentHash, moveOf } from '../../src/game/attempt.ts';
import { wellPlayed } from '../../src/game/play.ts';
import { scenarios } from '../../src/scenarios/index.ts';
import { shippedLevels } from '../../test/shipped.ts';
import { echo } from './classroom/echo.ts';
import { ms, none, part, row, timesRow, verdict, wanted } from './classroom/figures.ts';
import { type GradingResult, gradedAnswers, gradingAlone, journalOf, keyOf } from './classroom/journal.ts';
import { type Plan, type PlayersResult, type PlayersTask, players } from './classroom/players.ts';
import { load, type Measured, measured, type Pulse } from './classroom/processes.ts';
import { type WatchersResult, watchers } from './classroom/watchers.ts';

const program = new URL('../dist/cli.js', import.meta.url).pathname;
const startHost = (folder: string) =>
  measured([program, 'host', '--plain', '--data', join(folder, 'data'), '--port', '0'], folder, /join \S+:(\d+) \S+\n/);

// ---- what is played ---------------------------------------------------------------------------------------------

/** The levels whose right answers are the same for each seed. */
function plans(): readonly Plan[] {
  const found: Plan[] = [];
  for (const level of shippedLevels().filter(({ proof }) => proof !== 'live')) {
    const [first = [], ...others] = ['1', '2', '3', '4'].map((seed) => wellPlayed({ level, seed }, scenarios));
    if (others.some((one) => JSON.stringify(one) !== JSON.stringify(first))) continue;
    const moves = first.map(moveOf);
    found.push({ level: level.id, contentHash: contentHash(level), moves });
  }
  return found;
}

// ---- a class ----------------------------------------------------------------------------------------------------

interface Loaded {
  readonly result: PlayersResult;
  readonly before: Pulse;
  readonly after: Pulse;
  /** Once all was graded. */
  readonly rested: Pulse;
  readonly peak: number | undefined;
}
/** Has the players play on it; `begin` before they do, `rest` once they have. */
async function loaded(
  host: Measured,
  task: Omit<PlayersTask, 'port'>,
  begin = () => {},
  rest = async () => {},
): Promise<Loaded> {
  const players = load<PlayersResult>('players', { ...task, port: host.port } satisfies PlayersTask);
  await players.told();
  begin();
  await pause(2_000);
  const before = await host.pulse();
  players.tell('go');
  await players.told();
  const after = await host.pulse();
  await rest();
  const rested = await host.pulse();
  players.tell('stop');
  return { result: await players.result(), before, after, rested, peak: host.peak() };
}

async function classOf(folder: string, task: Omit<PlayersTask, 'port' | 'isHost'>): Promise<Loaded> {
  const host = await startHost(folder);
  const isGraded = () => gradedAnswers(journalOf(join(folder, 'data'))).every(({ graded }) => graded);
  const all = await loaded(
    host,
    { ...task, isHost: true },
    () => host.type('start'),
    async () => {
      for (let tries = 0; tries < 60 && !isGraded(); tries++) await pause(500);
      // The last grades are told and asked for.
      await pause(1_000);
    },
  );
  await host.end();
  return all;
}

async function bareOf(folder: string, task: Omit<PlayersTask, 'port' | 'isHost'>): Promise<Loaded> {
  const server = await measured([process.argv[1] ?? '', 'echo'], folder, /port (\d+)\./);
  const all = await loaded(server, { ...task, isHost: false });
  await server.end();
  return all;
}

function tellOfClass(folder: string, seconds: number, host: Loaded, bare: Loaded, alone: GradingResult): void {
  const { sent, seen, failures, joining } = host.result;
  const stored = journalOf(join(folder, 'data'));
  const graded = new Map(gradedAnswers(stored).map((answer) => [answer.key, answer]));
  const sees = new Map<string, { readonly number: number; readonly at: number }[]>();
  for (const { player, ...one } of seen) sees.set(player, [...(sees.get(player) ?? []), one]);
  const atHost = [...graded.values()].flatMap((one) => (one.graded ? [one.graded.at - one.at] : []));
  const atPlayer = sent.flatMap(({ player, attempt, index, at }) => {
    const number = graded.get(keyOf(player, attempt, index))?.graded?.number ?? Number.POSITIVE_INFINITY;
    const saw = sees.get(player)?.find((one) => one.number >= number);
    return saw ? [saw.at - at] : [];
  });
  const trips = (one: Loaded) => one.result.sent.map(({ at, done }) => done - at);
  const cpu = (one: Loaded) => one.after.cpu - one.before.cpu;
  const busy = (one: Loaded) => cpu(one) / (one.after.at - one.before.at);

  row(`all have joined, with a stream each, after`, ms(joining));
  row('answers a second', (sent.length / seconds).toFixed(1));
  row('', 'median', '99 %', 'wanted');
  timesRow('an answer posted, until it is kept', trips(host));
  timesRow('the same of the bare server', trips(bare));
  row('host / bare', ratio(trips(host), trips(bare), 0.5), ratio(trips(host), trips(bare), 0.99));
  timesRow('from the answer in the journal to its grade there', atHost, 250);
  timesRow("from sending it to its grade in the player's program*", atPlayer);
  row('the event loop of the host was late by', ms(host.after.p50), ms(host.after.p99));
  row('that of the bare server', ms(bare.after.p50), ms(bare.after.p99));
  console.log();
  if (host.peak !== undefined)
    row('memory of the host at most', `${host.peak.toFixed(0)} MiB`, '', wanted(host.peak, 350, 'MiB'));
  row('CPU seconds a second, host', busy(host).toFixed(2));
  row('the same of the bare server', busy(bare).toFixed(2));
  row(
    'answers taken and graded a CPU second, the whole host',
    (sent.length / (host.rested.cpu - host.before.cpu)).toFixed(0),
  );
  row('answers graded a CPU second, one thread that only grades', (alone.answers / alone.cpu).toFixed(0));
  console.log('\n* Its stream tells of changes at most four times a second: up to 250 ms of it are that.');

  for (const failure of new Set([...failures, ...bare.result.failures])) console.error(failure);
  none('requests that were refused or broke', failures.length + bare.result.failures.length);
  none('answers that the host said to keep and that are not in its journal', sent.length - graded.size);
  none('answers without a grade', graded.size - atHost.length);
  none('answers whose grade the player never saw', sent.length - atPlayer.length);
  none(
    'grades with a fault',
    stored.filter(({ event }) => event.type === 'graded' && event.fault !== undefined).length,
  );
  none('answers in which the bare server was sent another number', sent.length - bare.result.sent.length);
}
const ratio = (these: readonly number[], those: readonly number[], share: number): string =>
  (part(these, share) / part(those, share)).toFixed(2);

// ---- live events ------------------------------------------------------------------------------------------------

const streams = { players: 250, streams: 4 };
const count = streams.players * streams.streams;
const changes = 40;

async function events(folder: string): Promise<void> {
  const host = await startHost(folder);
  const watching = load<WatchersResult>('watchers', { ...streams, port: host.port });
  await watching.told();
  host.type('start');
  // That is told too, and the next change would wait its turn behind it.
  await pause(1_000);
  const frozen = () => journalOf(join(folder, 'data')).filter(({ event }) => event.type === 'freeze');
  for (const rest of [500, 100])
    for (let change = 0; change < changes; change++) {
      host.type(change % 2 ? 'unfreeze' : 'freeze');
      await pause(rest);
    }
  for (let tries = 0; tries < 100 && frozen().length < 2 * changes; tries++) await pause(100);
  const all = frozen();
  watching.tell(all.at(-1)?.number);
  const heard = await watching.result();
  const peak = host.peak();
  await host.end();
  /** To each stream, from the journal on. */
  const after = (some: typeof all) =>
    some.flatMap(({ number, at }) =>
      heard.flatMap((stream) => {
        const first = stream.find(([told]) => told >= number);
        return first ? [first[1] - at] : [];
      }),
    );
  const [single, many] = [after(all.slice(0, changes)), after(all.slice(changes))];
  console.log(`\n${count} streams of events, ${changes} changes, from the journal to each stream\n`);
  row('', 'median', '99 %', 'wanted');
  timesRow('a change every 500 ms: told at once', single, 250);
  timesRow('a change every 100 ms: some wait up to 250 ms**', many, 500);
  if (peak !== undefined) row('memory of the host at most', `${peak.toFixed(0)} MiB`);
  console.log('\n** The pause between two times that players are told. Beyond it 250 ms are wanted.');
  none('changes that did not reach a stream', 2 * changes * count - single.length - many.length);
}

// ---- all of it --------------------------------------------------------------------------------------------------

const busy = () => loadavg()[0]?.toFixed(1);
async function bench(): Promise<void> {
  const { values } = parseArgs({
    options: { players: { type: 'string', default: '300' }, seconds: { type: 'string', default: '60' } },
  });
  const busyBefore = busy();
  const seconds = Number(values.seconds);
  const all = plans();
  const task = { players: Number(values.players), seconds, every: 3_000, plans: all };
  const folder = mkdtempSync(join(tmpdir(), 'quest-bench-'));
  const sub = (name: string) => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  };
  try {
    console.log(
      `Node.js ${process.version}, ${task.players} players, ${all.length} levels, an answer each every 3 s, ${seconds} s\n`,
    );
    const first = sub('class');
    const host = await classOf(first, task);
    const bare = await bareOf(sub('bare'), task);
    const alone = await load<GradingResult>('grading', { folder: join(first, 'data') }).result();
    tellOfClass(first, seconds, host, bare, alone);
    await events(sub('events'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  // Of the last minute: what else was on the machine, besides the bench itself.
  console.log(`\nload average at the start ${busyBefore}, at the end ${busy()}, of ${availableParallelism()} cores`);
  process.exitCode = verdict();
}

const roles: Readonly<Record<string, () => unknown>> = { players, watchers, echo, grading: gradingAlone };
await (roles[process.argv[2] ?? ''] ?? bench)();
