// One event of each kind, as a competition has them.
import type { CompetitionEvent } from '../../src/classroom/events.ts';

export const ada = 'ada0ada0ada0ada0';
export const bob = 'b0bb0bb0bb0bb0b0';
const attempt = '1/first-contact/1';
const hash = (digit: string) => digit.repeat(64);
const pem = `-----BEGIN CERTIFICATE-----\n${'MIIBsjCCAVmgAwIBAgIUQ1c9yY4m\n'.repeat(20)}-----END CERTIFICATE-----\n`;
const contentHash = '0123456789abcdef0123456789abcdef';

const byKind: { readonly [Kind in CompetitionEvent['type']]: Extract<CompetitionEvent, { type: Kind }> } = {
  created: {
    type: 'created',
    v: 1,
    competition: 'c0c0c0c0c0c0c0c0',
    title: 'Form 9b: “who reads along?” \u0000 \ud800',
    version: '0.1.0',
    secret: hash('5'),
    key: pem.replaceAll('CERTIFICATE', 'PRIVATE KEY'),
    certificate: pem.repeat(4),
  },
  round: {
    type: 'round',
    title: 'Wärm-up',
    levels: [{ id: 'first-contact', contentHash }],
    rules: { attempts: 2, speedBonus: false, streaks: false, firstBlood: true, decay: false },
  },
  state: { type: 'state', state: 'running' },
  freeze: { type: 'freeze', frozen: true },
  joined: { type: 'joined', player: ada, name: 'Ada {"\\} Łukasiewicz', token: hash('a'), team: 'Ünten, "{}"' },
  code: { type: 'code', player: ada, code: hash('c') },
  device: { type: 'device', player: ada, code: hash('c'), token: hash('d') },
  began: { type: 'began', player: ada, attempt, contentHash },
  moved: { type: 'moved', player: ada, attempt, index: 0, move: { move: 'answer', step: 'open', choice: 'http' } },
  graded: {
    type: 'graded',
    player: ada,
    attempt,
    moves: 1,
    points: 73,
    stars: 2,
    outcome: 'met',
    slips: Array.from({ length: 20 }, () => ({ step: 'open', choice: 'http', misconception: 'padlock-means-honest' })),
    regrade: 0,
  },
  regrade: { type: 'regrade', level: 'first-contact', regrade: 1 },
  adjusted: { type: 'adjusted', player: ada, points: -5, why: 'for Ada: a good question' },
  renamed: { type: 'renamed', player: ada, name: 'Countess' },
  teamed: { type: 'teamed', player: ada },
  kicked: { type: 'kicked', player: ada, banned: false },
  erased: { type: 'erased' },
};
export const everyKind: readonly CompetitionEvent[] = Object.values(byKind);

/** A move of a player, one of many that differ. */
export const move = (player: string, index: number): CompetitionEvent => ({ ...byKind.moved, player, index });
export const keyOf = (player: string, index: number): string => `move:${player}:${attempt}:${index}`;
