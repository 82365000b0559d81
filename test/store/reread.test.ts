// A level that is changed while it is played: the same answers as far as they fit, at the same place.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contentHash } from '../../src/game/attempt.ts';
import type { Level } from '../../src/game/level.ts';
import { loadLevel } from '../../src/game/load.ts';
import { play, type Snapshot } from '../../src/game/play.ts';
import { scenarios } from '../../src/scenarios/index.ts';
import { createGameStore, type Store } from '../../src/store/store.ts';
import { levelFiles } from '../shipped.ts';
import { choose, levelNamed, levels, memoryLog, newGame, toQuestion } from '../ui/game.ts';

const textOf = (id: string) =>
  readFileSync(
    new URL(`../../levels/${levelFiles.find((file) => file.endsWith(`-${id}.yaml`))}`, import.meta.url),
    'utf8',
  );
/** The level with each of these texts exchanged, once. */
function changed(id: string, ...exchanges: readonly (readonly [from: string, to: string])[]): Level {
  let text = textOf(id);
  for (const [from, to] of exchanges) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  const loaded = loadLevel(text, `${id}.yaml`, scenarios);
  if (!('level' in loaded)) throw new Error(JSON.stringify(loaded.faults));
  return loaded.level;
}

function playedFrom(id: string) {
  const level = levelNamed(id);
  const made = newGame({ file: level });
  made.store.actions.start(level);
  return made;
}
const playing = (store: Store) => {
  const { playing: now } = store.getState();
  if (!now) throw new Error('nothing is played');
  return now;
};
const at = (id: string, ...answers: readonly string[]) => {
  const made = playedFrom(id);
  for (const answer of answers) {
    toQuestion(made.store);
    choose(made.store, answer);
  }
  return made;
};

const goodbye = ['refuse', 'refuse', 'notify'];
const toDebrief = () => {
  const made = at('goodbye', ...goodbye);
  toQuestion(made.store);
  expect(made.store.getState().screen).toBe('debrief');
  return made;
};

describe('other words', () => {
  it('are shown at once and at the same place, in the same attempt, with nothing new in the log', () => {
    const { store, log } = at('goodbye', 'refuse');
    toQuestion(store);
    store.actions.hint();
    store.actions.look({ message: 2 });
    store.actions.look({ focus: 'bytes' });
    const { hints, aside, focus, message, path, id, landed } = playing(store);
    const events = log.events.length;
    const level = changed('goodbye', ['Ask of each byte', 'Ask yourself of each byte']);
    store.actions.reread({ level });
    expect(playing(store)).toMatchObject({ phase: 'ask', hints, aside, focus, message, path, id, landed });
    expect(playing(store).snapshot.waiting?.hints[0]).toContain('Ask yourself');
    expect(log.events).toHaveLength(events);
    expect(store.getState()).toMatchObject({ screen: 'play', file: level, said: 'The level was read again.' });
  });
  it('are shown in a brief, in a verdict and in a debrief', () => {
    const brief = playedFrom('goodbye').store;
    brief.actions.reread({ level: changed('goodbye', ['and type.', 'and write.']) });
    expect(playing(brief)).toMatchObject({ phase: 'brief', level: { brief: expect.stringContaining('and write.') } });
    const verdict = at('goodbye', 'done').store;
    const { gained } = playing(verdict);
    verdict.actions.reread({ level: changed('goodbye', ['You believed half a feed', 'Half a feed, believed']) });
    expect(playing(verdict)).toMatchObject({ phase: 'verdict', gained, snapshot: { slip: { choice: 'done' } } });
    expect(playing(verdict).snapshot.slip?.headline).toContain('Half a feed, believed');
    const { store, log } = toDebrief();
    store.actions.reread({ level: changed('goodbye', ['A cut proves nothing', 'A cut says nothing']) });
    expect(store.getState()).toMatchObject({ screen: 'debrief', playing: { phase: 'over' } });
    expect(playing(store).level.debrief).toContain('A cut says nothing');
    expect(log.events.filter(({ type }) => type === 'ended')).toHaveLength(1);
  });
  it('leave what lies over the screen, and the map, where they are', () => {
    const { store } = at('goodbye', 'refuse');
    store.actions.lay('help');
    store.actions.reread({ level: changed('goodbye', ['The cut cable', 'The torn cable']) });
    expect(store.getState()).toMatchObject({ over: 'help', screen: 'play' });
    store.actions.show('map');
    store.actions.reread({ level: changed('goodbye', ['The cut cable', 'The short cable']) });
    expect(store.getState()).toMatchObject({ screen: 'map', playing: { level: { title: 'The short cable' } } });
  });
});

describe('a level that does something else', () => {
  const otherChoice = changed('goodbye', ['- id: tags', '- id: seals']);
  it('is another attempt from the same seed, with the answers that stand, and the log has it so', () => {
    const { store, log } = at('goodbye', 'done', 'refuse');
    toQuestion(store);
    const before = log.events.length;
    store.actions.reread({ level: otherChoice });
    expect(playing(store)).toMatchObject({ phase: 'ask', snapshot: { waiting: { step: { id: 'typed' } } } });
    expect(log.events.slice(before)).toEqual([
      {
        attempt: playing(store).id,
        type: 'started',
        level: 'goodbye',
        contentHash: contentHash(otherChoice),
        seed: '1',
      },
      { attempt: playing(store).id, type: 'moved', move: { move: 'answer', step: 'end', choice: 'refuse' } },
    ]);
    expect(playing(store).attempt.contentHash).not.toBe(contentHash(levelNamed('goodbye')));
    for (const answer of goodbye.slice(1)) {
      toQuestion(store);
      choose(store, answer);
    }
    toQuestion(store);
    expect(log.events.at(-1)).toMatchObject({ attempt: playing(store).id, type: 'ended', outcome: 'met' });
  });
  it('asks again where an answer does not fit any more', () => {
    const { store } = at('goodbye', 'refuse', 'refuse');
    toQuestion(store);
    store.actions.reread({
      level: changed('goodbye', ['- id: refuse\n        label: Refuse it', '- id: deny\n        label: Refuse it']),
    });
    expect(playing(store)).toMatchObject({ phase: 'ask', snapshot: { waiting: { step: { id: 'typed' } } } });
    expect(store.getState().said).toBe('The level was read again. One answer does not fit it any more.');
    store.actions.reread({ level: changed('goodbye', ['id: end\n', 'id: ending\n']) });
    expect(playing(store)).toMatchObject({
      phase: 'ask',
      snapshot: { waiting: { step: { id: 'ending' } }, judged: [] },
    });
  });
  it('shows the harm of an answer that is wrong now, and goes back from there', () => {
    const { store } = at('goodbye', 'refuse');
    toQuestion(store);
    const answer = 'answer: { require: close_notify }\n        verdict: ';
    const level = changed(
      'goodbye',
      [`${answer}safe`, `${answer}{ breaks: { accepted: [alice, truncated-feed] } }`],
      ['rfc: "8446 6.1"\n      - id: done', 'misconception: end-of-stream-is-end-of-message\n      - id: done'],
      [
        'answer: { require: nothing }\n        verdict: { breaks: { accepted: [alice, truncated-feed] } }',
        'answer: { require: nothing }\n        verdict: safe',
      ],
      [
        'sameAs: done\n        verdict: { breaks: { accepted: [alice, truncated-feed] } }',
        'sameAs: done\n        verdict: safe',
      ],
    );
    store.actions.reread({ level });
    expect(playing(store)).toMatchObject({ phase: 'verdict', snapshot: { slip: { choice: 'refuse' } } });
    expect(playing(store).gained).toBeGreaterThan(0);
    store.actions.goOn();
    expect(playing(store)).toMatchObject({ phase: 'ask', snapshot: { waiting: { step: { id: 'end' } } } });
    choose(store, 'done');
    store.actions.reread({ level: levelNamed('goodbye') });
    expect(playing(store)).toMatchObject({ phase: 'verdict', snapshot: { slip: { choice: 'done' } } });
  });
  it('stays at its end where that is still its end, and asks on where it is not', () => {
    const same = toDebrief();
    same.store.actions.reread({ level: otherChoice });
    expect(same.store.getState()).toMatchObject({ screen: 'debrief', playing: { phase: 'over' } });
    expect(same.log.events.at(-1)).toMatchObject({ attempt: playing(same.store).id, type: 'ended', points: 100 });
    const other = toDebrief();
    other.store.actions.reread({ level: changed('goodbye', ['- id: notify', '- id: tell']) });
    expect(other.store.getState()).toMatchObject({ screen: 'play', playing: { phase: 'ask' } });
  });
  it('keeps its place in an act that is not the first', () => {
    const { store } = at('copied-passport', 'visit', 'own', 'mine', 'verify');
    toQuestion(store);
    const { act, stage } = playing(store);
    expect(act).toBeGreaterThan(0);
    const level = changed('copied-passport', ['- id: nothing\n', '- id: never\n']);
    store.actions.reread({ level });
    expect(playing(store)).toMatchObject({ act, phase: 'ask', attempt: { contentHash: contentHash(level) } });
    expect(playing(store).stage.rows).toEqual(stage.rows);
  });
});

describe('a file with a fault', () => {
  it('leaves the level as it was, until it is mended', () => {
    const { store, log } = at('goodbye', 'refuse');
    const before = playing(store);
    store.actions.reread({ fault: 'my.yaml:3:1: title: This is empty.' });
    expect(store.getState()).toMatchObject({ fault: 'my.yaml:3:1: title: This is empty.' });
    expect(playing(store)).toBe(before);
    toQuestion(store);
    choose(store, 'refuse');
    expect(store.getState().fault).toBeDefined();
    const events = log.events.length;
    store.actions.reread({ level: changed('goodbye', ['The cut cable', 'The torn cable']) });
    expect(store.getState()).toMatchObject({ fault: undefined, playing: { level: { title: 'The torn cable' } } });
    expect(log.events).toHaveLength(events);
  });
});

it('another level that is played meanwhile is left alone', () => {
  const { store } = at('goodbye', 'refuse');
  store.actions.start(levelNamed('first-contact'));
  const before = playing(store);
  store.actions.reread({ level: changed('goodbye', ['The cut cable', 'The torn cable']) });
  expect(playing(store)).toBe(before);
  expect(store.getState().said).toBeUndefined();
});

it('with a real program on the other side is read again once that has done its part', async () => {
  const level = levelNamed('live-client');
  const played: string[] = [];
  const waiting: ((now: Snapshot) => void)[] = [];
  let drawn = 0;
  const store = createGameStore({
    levels,
    scenarios,
    log: memoryLog(),
    still: true,
    draw: () => ({ id: `a${++drawn}`, seed: '1' }),
    file: level,
    playReally: (run) =>
      new Promise((resolve) => {
        played.push(run.level.title);
        waiting.push(() => resolve(play(run, scenarios)));
      }),
  });
  const answers = async () => {
    (waiting.shift() as () => void)();
    await new Promise((resolve) => setImmediate(resolve));
  };
  store.actions.start(level);
  store.actions.reread({ level: changed('live-client', [`title: ${level.title}`, 'title: Another one']) });
  expect(store.getState()).toMatchObject({ busy: true, file: level });
  await answers();
  expect(store.getState().busy).toBe(true);
  await answers();
  expect(store.getState()).toMatchObject({ busy: false, playing: { phase: 'brief', level: { title: 'Another one' } } });
  expect(played).toEqual([level.title, 'Another one']);
});
