// A thread of a host: grades the attempts that it is sent, one after the other.
import { parentPort } from 'node:worker_threads';
import { type Graded, grade } from '../classroom/grading.ts';
import { scenarios } from '../scenarios/index.ts';

parentPort?.on('message', (graded: Graded) => parentPort?.postMessage(grade(graded, scenarios)));
