// A thread of a host: grades the attempts that it is sent, one after the other. Of an attempt without moves it makes them.
import { getHeapStatistics } from 'node:v8';
import { parentPort } from 'node:worker_threads';
import type { Rehearsed } from '../classroom/graders.ts';
import { type Grade, type Graded, grading, nothingFor } from '../classroom/grading.ts';
import { moveOf } from '../game/attempt.ts';
import { wellPlayed } from '../game/play.ts';
import { scenarios } from '../scenarios/index.ts';

/** Measured: an attempt that waits takes 250 kB, at most 1 MB. */
const most = 1_000;
const budget = 72 * 2 ** 20;

const grade = grading(scenarios, (kept) => kept <= most && getHeapStatistics().used_heap_size < budget);
const rehearse = ({ level, seed }: Rehearsed): Grade => {
  try {
    return grade({ level, seed, moves: wellPlayed({ level, seed }, scenarios).map(moveOf) });
  } catch (error) {
    return nothingFor(String(error));
  }
};

parentPort?.on('message', (asked: Graded | Rehearsed) =>
  parentPort?.postMessage('moves' in asked ? grade(asked) : rehearse(asked)),
);
