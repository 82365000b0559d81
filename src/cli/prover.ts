// A thread of `check`: proves the levels that it is sent, one after the other.
import { parentPort } from 'node:worker_threads';
import type { Level } from '../game/level.ts';
import { prove } from '../game/prove.ts';
import { scenarios } from '../scenarios/index.ts';

parentPort?.on('message', (level: Level) => parentPort?.postMessage(prove(level, scenarios)));
