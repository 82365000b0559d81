// What play() promises: pure, in order, faithful to every answer, and closed to runs that a level cannot have had.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, BadRun } from '../../src/game/attempt.ts';
import { play, type Snapshot } from '../../src/game/play.ts';
import { doorLevel, lettersLevel, levelOf } from './levels.ts';
import { scenarios } from './toy.ts';

const letters = levelOf(lettersLevel);
const door = levelOf(doorLevel);
const choose = (...pairs: string[]): Answer[] =>
  pairs.map((pair) => {
    const [step = '', choice = ''] = pair.split('/');
    return { step, choice };
  });
const playLetters = (...pairs: string[]) => play({ level: letters, seed: '1', answers: choose(...pairs) }, scenarios);
const playDoor = (answers: readonly Answer[], seed = '1') => play({ level: door, seed, answers }, scenarios);
const factsOf = ({ acts }: Snapshot) => acts.at(-1)?.facts.map(({ kind, who, what }) => `${kind} ${who} ${what}`);

describe('a run', () => {
  it('waits at the first step, with its words filled in and its choices in an order of the seed', () => {
    const { waiting, acts, judged, outcome } = playLetters();
    const item = acts[0]?.words.item;
    expect(item).toMatch(/^(lamp|kettle|ladder)$/);
    expect(waiting?.ask).toBe(`Ann wants a ${item}. How does she write?`);
    expect(waiting?.hints[1]).toBe(`Look at the ${item}.`);
    expect(waiting?.options.map(({ id }) => id).sort()).toEqual(['open', 'sealed', 'twice']);
    expect(waiting?.options.find(({ id }) => id === 'sealed')).toEqual({
      id: 'sealed',
      label: `Seal the ${item} letter`,
      note: 'Moe carries it and reads nothing.',
    });
    expect(acts).toMatchObject([{ you: 'ann', met: false, world: { name: 'carried' } }]);
    expect({ judged, outcome }).toEqual({ judged: [], outcome: undefined });
  });

  it('shows the choices in the same order whenever the step comes up, and not in the same for every seed', () => {
    const order = (seed: string) =>
      play({ level: letters, seed, answers: [] }, scenarios)
        .waiting?.options.map(({ id }) => id)
        .join();
    expect(order('1')).toBe(order('1'));
    expect(new Set(['1', '2', '3', '4', '5', '6', '7', '8'].map(order)).size).toBeGreaterThan(1);
  });

  it('is met after safe answers, each of which is judged with its words', () => {
    const snapshot = playLetters('write/twice', 'first-reply/stamped', 'second-reply/same');
    expect(snapshot.outcome).toBe('met');
    expect(snapshot.slip).toBeUndefined();
    expect(snapshot.acts[0]?.met).toBe(true);
    expect(snapshot.judged.map(({ act, step, choice, safe }) => [act, step, choice, safe])).toEqual([
      [0, 'write', 'twice', true],
      [0, 'first-reply', 'stamped', true],
      [0, 'second-reply', 'same', true],
    ]);
    expect(playLetters('write/sealed').judged[0]?.headline).toMatch(
      /^The order of a (lamp|kettle|ladder) is sealed\.$/,
    );
  });

  it('carries out a wrong answer, asks nothing more, and shows the harm', () => {
    const snapshot = playLetters('write/open');
    expect(snapshot).toMatchObject({ outcome: 'missed', slip: { step: 'write', choice: 'open', safe: false } });
    expect(snapshot.waiting).toBeUndefined();
    expect(snapshot.judged).toHaveLength(1);
    expect(snapshot.slip).toMatchObject({ misconception: 'nobody-reads-postcards', rfc: '9110 17' });
    expect(factsOf(snapshot)).toContain('learned moe order');
    const item = snapshot.acts[0]?.words.item;
    expect(snapshot.acts[0]?.world.announce).toBe(`This is what Moe reads, ${item} and all.`);
  });

  it('plays the world in which the harm shows, with the same answers', () => {
    const snapshot = playLetters('write/twice', 'first-reply/none');
    expect(snapshot.acts[0]?.world.name).toBe('quiet');
    expect(factsOf(snapshot)).not.toContain('accepted ann thanks');
    expect(factsOf(snapshot)).toContain('accepted ann sent');
    const copies = snapshot.acts[0]?.events.find(
      (event) => event.what === 'decision' && event.point === 'client.write',
    );
    expect(copies).toMatchObject({ answer: { how: 'sealed', copies: 2 } });
  });

  it('asks a point again only the time that a step says, and only where earlier answers ask for it', () => {
    expect(playLetters('write/sealed', 'first-reply/stamped').waiting?.step.id).toBe('second-reply');
    const without = levelOf(lettersLevel.replace('write: [sealed, twice]', 'write: sealed'));
    const skipped = play(
      { level: without, seed: '1', answers: choose('write/twice', 'first-reply/stamped') },
      scenarios,
    );
    expect(skipped).toMatchObject({ outcome: 'met' });
  });

  it('changes sides from act to act, and carries what was answered for an actor', () => {
    const first = choose('predict/opens', 'mark/pin', 'speak/pin');
    expect(playDoor(first).acts.map(({ you }) => you)).toEqual(['moe', 'ann']);
    const last = playDoor([...first, ...choose('write/sealed')]);
    expect(last.acts.map(({ you }) => you)).toEqual(['moe', 'ann', 'bea']);
    expect(last.waiting?.step.id).toBe('book');
    const writes = last.acts[2]?.events.find((event) => event.what === 'decision' && event.point === 'client.write');
    expect(writes).toMatchObject({ by: 'ann', answer: { how: 'sealed' } });
    expect(playDoor([...first, ...choose('write/sealed', 'book/all')]).outcome).toBe('met');
  });

  it('gives a carried answer to the actor where the rule of the point would do otherwise', () => {
    const opens = doorLevel.replace('answer: { how: sealed }, verdict: safe', 'answer: { how: open }, verdict: safe');
    const run = (text: string) =>
      play(
        { level: levelOf(text), seed: '1', answers: choose('predict/opens', 'mark/pin', 'speak/pin', 'write/sealed') },
        scenarios,
      );
    const without = run(
      opens
        .replace('never: [ { learned: [moe, order] } ] }', 'never: [] }')
        .replace('answer: { how: open }\n', 'answer: { how: sealed }\n')
        .replace('verdict: { breaks: { learned: [moe, order] } }', 'verdict: { misses: { delivered: [order, bea] } }'),
    );
    const written = without.acts[2]?.events.find(
      (event) => event.what === 'decision' && event.point === 'client.write',
    );
    expect(written).toMatchObject({ answer: { how: 'open' } });
  });

  it('keeps who is who from act to act: the seed decides once for all of them', () => {
    const snapshot = playDoor(choose('predict/opens', 'mark/pin', 'speak/pin', 'write/sealed'));
    expect(new Set(snapshot.acts.map(({ words }) => words.pin)).size).toBe(1);
    expect(snapshot.acts[0]?.act.title).toBe(`Moe and the pin ${snapshot.acts[0]?.words.tip}`);
  });

  it('fills the seed’s words into answers as well as into texts', () => {
    const snapshot = playDoor(choose('predict/opens', 'mark/pin', 'speak/tip'));
    const said = snapshot.acts[0]?.events.find((event) => event.what === 'decision' && event.point === 'moe.speak');
    expect(said).toMatchObject({ answer: { say: snapshot.acts[0]?.words.tip } });
    expect(snapshot.slip?.label).toBe(`Say ${snapshot.acts[0]?.words.tip}`);
  });

  it('plays a prediction like a choice and compares it with what happens', () => {
    expect(playDoor(choose('predict/alarm'))).toMatchObject({ outcome: 'missed', slip: { step: 'predict' } });
  });

  it('lets the policy of the shown world answer for whoever no step asks', () => {
    const text = lettersLevel.replace(
      '    setup: { moe: here }',
      '    setup: { moe: here }\n    policies: { bea: { server.book: { take: none } } }',
    );
    const snapshot = play({ level: levelOf(text), seed: '1', answers: choose('write/sealed') }, scenarios);
    expect(factsOf(snapshot)).not.toContain('delivered order bea');
    expect(factsOf(playLetters('write/sealed'))).toContain('delivered order bea');
  });

  it('is the same for the same answers, and leaves them as they are', () => {
    const answers = Object.freeze(choose('write/sealed', 'first-reply/all'));
    const run = Object.freeze({ level: letters, seed: 'a seed', answers });
    const [once, twice] = [play(run, scenarios), play(run, scenarios)];
    expect(JSON.stringify(once) === JSON.stringify(twice)).toBe(true);
    const another = play({ ...run, seed: 'another seed' }, scenarios);
    expect(JSON.stringify(once) === JSON.stringify(another)).toBe(false);
  });

  it('ends for every list of choices that it asks for, and never asks after a slip', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(letters, door),
        fc.string({ minLength: 1 }),
        fc.infiniteStream(fc.nat()),
        (level, seed, picks) => {
          const answers: Answer[] = [];
          for (;;) {
            const snapshot = play({ level, seed, answers }, scenarios);
            expect(snapshot.judged).toHaveLength(answers.length);
            if (!snapshot.waiting) {
              expect(snapshot.outcome).toBe(snapshot.slip ? 'missed' : 'met');
              expect(snapshot.judged.slice(0, -1).every(({ safe }) => safe)).toBe(true);
              return;
            }
            const { step } = snapshot.waiting;
            const choice = step.choices[(picks.next().value ?? 0) % step.choices.length]?.id ?? '';
            answers.push({ step: step.id, choice });
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('a step that the seed chooses', () => {
  const level = levelOf(lettersLevel.replace('    nth: 2\n', '    nth: 2\n    given: { item: [lamp, kettle] }\n'));
  it('is asked where the seed has decided so, and elsewhere the point\u2019s rule answers', () => {
    const seeds = Array.from({ length: 20 }, (_, index) => `${index}`);
    const asked = seeds.map((seed) => {
      const answers = choose('write/sealed', 'first-reply/stamped');
      const { acts, waiting, outcome } = play({ level, seed, answers }, scenarios);
      expect(waiting ? undefined : 'met').toBe(outcome);
      expect(waiting?.step.id).toBe(acts[0]?.words.item === 'ladder' ? undefined : 'second-reply');
      return waiting !== undefined;
    });
    expect(new Set(asked).size).toBe(2);
  });
});

describe('a pick', () => {
  const before = choose('predict/opens');
  const waiting = playDoor(before).waiting;
  const letter = waiting?.dump[0]?.bytes ?? new Uint8Array(0);
  const marked = (text: string) => ({ record: 0, offset: Buffer.from(letter).indexOf(text), length: text.length });
  const pin = playDoor([]).acts[0]?.words.pin ?? '';
  const mark = (value: { record: number; offset: number; length: number }) =>
    playDoor([...before, { step: 'mark', value }]);

  it('shows what lies before the player, and no choices', () => {
    expect(waiting?.dump.map(({ name }) => name)).toEqual(['letter', 'sealed letter']);
    expect(waiting?.options).toEqual([]);
  });

  it('takes the bytes of a named field for its choice, and does with them what was marked', () => {
    const snapshot = mark(marked(pin));
    expect(snapshot.judged[1]).toMatchObject({ step: 'mark', choice: 'pin', safe: true, label: 'The value of pin' });
    expect(snapshot.waiting?.step.id).toBe('speak');
  });

  it('takes bytes inside a field for the field', () => {
    const { offset } = marked(pin);
    const snapshot = mark({ record: 0, offset: offset + 1, length: 2 });
    expect(snapshot.judged[1]?.choice).toBe('pin');
    const picked = snapshot.acts[0]?.events.find((e) => e.what === 'decision' && e.point === 'moe.pickBytes');
    expect(picked).toMatchObject({ answer: { record: 0, offset, length: 4 } });
  });

  it('takes any byte of an entry that is named without a field', () => {
    expect(mark({ record: 1, offset: 2, length: 1 }).slip).toMatchObject({ choice: 'sealed' });
  });

  it('takes everything else for otherwise, and says what was marked', () => {
    expect(mark(marked('ann')).slip).toMatchObject({ choice: 'otherwise', label: 'user=.value of letter' });
    expect(mark({ record: 0, offset: 0, length: letter.length }).slip).toMatchObject({
      choice: 'otherwise',
      label: 'letter',
    });
    expect(mark(marked(`${pin} `)).slip).toMatchObject({ choice: 'otherwise', label: 'pin= of letter' });
  });

  it('answered by a choice marks what the choice names first', () => {
    const byChoice = playDoor([...before, ...choose('mark/pin')]);
    expect(JSON.stringify(byChoice) === JSON.stringify(mark(marked(pin)))).toBe(true);
  });

  it.each([
    [{ record: 2, offset: 0, length: 1 }],
    [{ record: 0, offset: letter.length, length: 1 }],
    [{ record: 0, offset: 0, length: letter.length + 1 }],
  ])('of bytes that are not there is refused: %j', (value) => {
    expect(() => mark(value)).toThrow(BadRun);
    expect(() => mark(value)).toThrow(
      'The bytes marked at step "mark" are not among those that lie before the player.',
    );
  });
});

describe('a run that the level cannot have had', () => {
  it.each([
    [
      'another step than the one that waits',
      ['first-reply/all'],
      'The run answers step "first-reply" where step "write" is asked.',
    ],
    ['a choice that is not there', ['write/loud'], 'Step "write" has no choice "loud".'],
    ['otherwise where there is none', ['write/otherwise'], 'Step "write" has no choice "otherwise".'],
    [
      'an answer after the end',
      ['write/sealed', 'first-reply/stamped', 'second-reply/same', 'write/open'],
      'one answer is left',
    ],
    ['answers after a slip', ['write/open', 'first-reply/all', 'second-reply/same'], '2 answers are left'],
  ])('is refused in one sentence: %s', (_what, pairs, sentence) => {
    expect(() => playLetters(...pairs)).toThrow(BadRun);
    expect(() => playLetters(...pairs)).toThrow(sentence);
  });

  it('is refused where bytes answer a choice', () => {
    const answers = [{ step: 'write', value: { record: 0, offset: 0, length: 1 } }];
    expect(() => play({ level: letters, seed: '1', answers }, scenarios)).toThrow('answered by one of its choices');
  });

  it('is refused where this version does not know the scenario', () => {
    expect(() => play({ level: letters, seed: '1', answers: [] }, new Map())).toThrow(BadRun);
  });
});
