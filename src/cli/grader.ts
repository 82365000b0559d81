// A thread of a host: grades the attempts that it is sent, one after the other.
import { getHeapStatistics } from 'node:v8';
import { parentPort } from 'node:worker_threads';
import { type Graded, grading } from '../classroom/grading.ts';
import { scenarios } from '../scenarios/index.ts';

/** Measured: an attempt that waits takes 250 kB, at most 1 MB. */
const most = 1_000;
const budget = 160 * 2 ** 20;

const grade = grading(scenarios, (kept) => kept <= most && getHeapStatistics().used_heap_size < budget);
parentPort?.on('message', (graded: Graded) => parentPort?.postMessage(grade(graded)));
