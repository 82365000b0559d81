// The shapes that game, store and screens share, under one name.
export type { Answer, Attempt, Move, Run } from './attempt.ts';
export type { Judged, Option, Snapshot, Waiting } from './play.ts';
export type { Score } from './score.ts';
export type { Seen } from './simulate.ts';
export type { AttemptLog, LevelProgress, LogEvent, Progress } from './progress.ts';
export type { HeldKey, Layer, Leg, Row, Stage } from './view.ts';
