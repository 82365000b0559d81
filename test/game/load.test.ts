// A level file from a stranger: what is wrong in it is named by file, line and key, and nothing in it can hurt.
import { describe, expect, it } from 'vitest';
import { compile, loadCompiled } from '../../src/game/compiled.ts';
import type { Fault } from '../../src/game/faults.ts';
import { loadLevel } from '../../src/game/load.ts';
import { fileLimit } from '../../src/game/yamlFile.ts';
import { doorLevel, lettersLevel, levelOf } from './levels.ts';
import { scenarios } from './toy.ts';

const faultsOf = (text: string): readonly Fault[] => {
  const loaded = loadLevel(text, 'levels/letters.yaml', scenarios);
  return 'faults' in loaded ? loaded.faults : [];
};
/** The faults of a level in which one thing was changed, and the line on which it was. */
function changed(from: string | RegExp, to: string, text = lettersLevel) {
  const at = text.search(typeof from === 'string' ? from.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : from);
  if (at < 0) throw new Error(`not in the level: ${from}`);
  return { faults: faultsOf(text.replace(from, to)), line: text.slice(0, at).split('\n').length };
}

describe('a good file', () => {
  it('becomes a level, with a short form made long', () => {
    const level = levelOf(lettersLevel);
    expect(level.acts).toHaveLength(1);
    expect(level.acts[0]?.steps.map(({ id, kind, nth }) => [id, kind, nth])).toEqual([
      ['write', 'choose', 1],
      ['first-reply', 'choose', 1],
      ['second-reply', 'choose', 2],
    ]);
    expect(level.acts[0]?.worlds.map(({ name }) => name)).toEqual(['carried', 'quiet']);
    expect(levelOf(doorLevel).acts.map(({ role }) => role)).toEqual(['attacker', 'client', 'server']);
  });

  it('is the same after it was compiled to JSON and loaded with the program', () => {
    for (const text of [lettersLevel, doorLevel]) {
      const level = levelOf(text);
      expect(loadCompiled(JSON.parse(JSON.stringify(compile(level))), scenarios)).toEqual(level);
    }
    expect(() => loadCompiled({ format: 2 }, scenarios)).toThrow('build it again');
    expect(() => loadCompiled(compile(levelOf(lettersLevel)), new Map())).toThrow('build it again');
  });

  it('may have CRLF line ends, comments and a byte order mark', () => {
    expect(faultsOf(`\ufeff# a comment\n${lettersLevel}`.replaceAll('\n', '\r\n'))).toEqual([]);
  });
});

describe('a file that is no level', () => {
  it.each([
    ['nothing', '', ''],
    ['a text', 'hello', ''],
    ['a list', '- 1\n- 2\n', ''],
    ['a comment', '# nothing\n', ''],
  ])('is refused: %s', (_what, text, key) => {
    const [fault] = faultsOf(text);
    expect(fault).toMatchObject({ file: 'levels/letters.yaml', line: 1, key });
    expect(fault?.message).toMatch(/^This must be a map of keys and values\.|is missing/);
  });

  it('is refused at the line of a syntax error, with the key that was being written', () => {
    const { faults, line } = changed('ask: Ann wants', 'ask: [ Ann wants');
    expect(faults[0]?.file).toBe('levels/letters.yaml');
    expect(faults[0]?.key).toMatch(/^steps\[0\]\.ask/);
    expect(Math.abs((faults[0]?.line ?? 0) - line)).toBeLessThanOrEqual(1);
    expect(faults[0]?.message).toMatch(/^This is no YAML: .*\.$/);
  });

  it('is refused unread where it is too large', () => {
    const began = performance.now();
    const ten = faultsOf(`${lettersLevel}#${'x'.repeat(10 * 1024 * 1024)}`);
    expect(ten).toEqual([
      {
        file: 'levels/letters.yaml',
        line: 1,
        column: 1,
        key: '',
        message: 'The file is larger than 256 KiB. A level is a few pages of text.',
      },
    ]);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(faultsOf(`${lettersLevel}#${'x'.repeat(fileLimit - lettersLevel.length - 1)}`)).toEqual([]);
    expect(faultsOf(`${lettersLevel}#${'é'.repeat(fileLimit / 2)}`)).toHaveLength(1);
  });

  it('is refused where it is an alias bomb, before anything is written out', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [index, name] of [...'bcdefghij'].entries())
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[index]}`).join(', ')}]`);
    const began = performance.now();
    const faults = faultsOf(bomb.join('\n'));
    expect(performance.now() - began).toBeLessThan(1000);
    expect(faults[0]).toMatchObject({ line: 1, key: 'a', message: expect.stringContaining('Anchors (&name)') });
    expect(faults).toContainEqual(
      expect.objectContaining({
        line: 2,
        key: 'b[0]',
        message: 'Aliases (*name) are not allowed. Write the value out.',
      }),
    );
  });

  it.each([
    ['lists in flow style', '['.repeat(120_000)],
    ['maps in flow style', '{a: '.repeat(50_000)],
    ['lists in one line', '- '.repeat(120_000)],
    ['keys that are maps', '? '.repeat(120_000)],
    ['both', '- [ {a: '.repeat(30)],
  ])('is refused where it nests too deep: %s', (_what, text) => {
    expect(faultsOf(text)[0]?.message).toBe('Lists and maps are nested deeper than 24 levels.');
  });

  it('is refused where a map has more entries than anybody writes', () => {
    const [fault] = faultsOf(`a: 1\nlong:\n${Array.from({ length: 20_000 }, (_, i) => `  k${i}: 1\n`).join('')}`);
    expect(fault).toMatchObject({ line: 2, message: 'A list or map has more than 500 entries.' });
  });

  it.each([
    ['a key twice', 'title: Two letters', 'title: Two letters\ntitle: Three', 'title', 'This key stands twice'],
    ['a tag', 'title: Two', 'title: !thing Two', 'title', 'Tags (!name)'],
    ['a tag of YAML', 'title: Two', 'title: !!str Two', 'title', 'Tags (!name)'],
    ['bytes', 'title: Two', 'title: !!binary Two', 'title', 'Tags (!name)'],
    ['an escape code in plain', 'title: Two', 'title: \u001b[2JTwo', 'title', 'Control characters'],
    ['an escape code in quotes', 'title: Two letters', 'title: "\\e[2JTwo"', 'title', 'Control characters'],
    [
      'a bell in an answer',
      'how: sealed }',
      'how: "sealed\\a" }',
      'steps[0].choices[0].answer.how',
      'Control characters',
    ],
    ['text that runs backwards', 'title: Two', 'title: \u202eTwo', 'title', 'Control characters'],
    ['a letter that cannot be seen', 'title: Two', 'title: T\u200bwo', 'title', 'Control characters'],
    ['half a letter', 'title: Two letters', 'title: "\\uD800"', 'title', 'Control characters'],
    ['a control character in a key', 'title: Two letters', '"ti\\0tle": Two', 'ti\0tle', 'Control characters'],
    ['a tab in a text', 'title: Two letters', 'title: "Two\\tletters"', 'title', 'Control characters'],
    ['a number without end', 'minutes: 2', 'minutes: .inf', 'minutes', 'finite'],
    ['the prototype', 'minutes: 2', 'minutes: 2\n__proto__: { a: 1 }', '__proto__', 'no name for a key'],
    ['a key that is a list', 'minutes: 2', 'minutes: 2\n? [a]\n: b', 'minutes', 'A key must be a text'],
  ])('is refused for %s', (_what, from, to, key, sentence) => {
    const { faults, line } = changed(from, to);
    expect(faults[0]?.message).toContain(sentence);
    if (key !== 'minutes') expect(faults[0]?.key).toBe(key);
    expect([line, line + 1]).toContain(faults[0]?.line);
  });

  it('is refused where it says that it is of another YAML, or two levels', () => {
    expect(faultsOf(`%YAML 1.1\n---\n${lettersLevel}`)[0]).toMatchObject({
      line: 1,
      message: expect.stringContaining('YAML 1.2'),
    });
    expect(faultsOf(`${lettersLevel}---\n${lettersLevel}`)[0]?.message).toContain('A file holds one level');
  });
});

describe('a level of the wrong shape', () => {
  it.each([
    ['an unknown key', 'minutes: 2', 'colour: red\nminutes: 2', 'colour', 'There is no key "colour" here. Remove it.'],
    [
      'an unknown key of a choice',
      'label: A postcard will do',
      'label: A postcard will do\n        points: 3',
      'steps[0].choices[2].points',
      'There is no key "points" here. Remove it.',
    ],
    ['a missing key', 'teaches: You can tell a stamp from a lie.\n', '', 'teaches', '"teaches" is missing. Add it.'],
    ['a number where a text belongs', 'title: Two letters', 'title: 7', 'title', 'This must be a text.'],
    ['a text where a number belongs', 'minutes: 2', 'minutes: two', 'minutes', 'This must be a number.'],
    ['a number that is too big', 'minutes: 2', 'minutes: 99', 'minutes', 'This is too big: at most 15.'],
    ['another format', 'format: 1', 'format: 2', 'format', 'This must be 1.'],
    ['a bad id', 'id: letters', 'id: Two Letters', 'id', 'An id has lower-case letters'],
    ['no steps', /steps:\n[\s\S]*$/, 'steps: []\n', 'steps', 'This list is too short: at least 1 belong in it.'],
    ['an unknown role', 'role: client', 'role: hero', 'role', 'This must be client or server or attacker.'],
    [
      'an unknown kind',
      'at: client.write',
      'kind: guess\n    at: client.write',
      'steps[0].kind',
      'The kind of a step is choose',
    ],
    ['a bad point', 'at: client.write', 'at: Write', 'steps[0].at', 'A decision point looks like'],
    [
      'a verdict that is none',
      'verdict: safe',
      'verdict: good',
      'steps[0].choices[0].verdict',
      'Write safe, or { breaks: fact }',
    ],
    [
      'an unknown kind of fact',
      'verdict: { breaks: { learned: [moe, order] } }',
      'verdict: { breaks: { heard: [moe, order] } }',
      'steps[0].choices[2].verdict.breaks.heard',
      'There is no key "heard" here.',
    ],
    [
      'two facts at once',
      'verdict: { breaks: { learned: [moe, order] } }',
      'verdict: { breaks: { learned: [moe, order], detected: [bea] } }',
      'steps[0].choices[2].verdict.breaks',
      'One fact at a time.',
    ],
    [
      'a fact of three',
      'never: [ { learned: [moe, order] }',
      'never: [ { learned: [moe, order, all] }',
      'worlds[0].goal.never[0].learned',
      'Write [who] or [who, what].',
    ],
    ['an empty text', 'ask: Another reply. And now?', 'ask: ""', 'steps[2].ask', 'This is empty.'],
    [
      'a text that is too long',
      'title: Two letters',
      `title: ${'x'.repeat(41)}`,
      'title',
      'It is longer than 40 columns.',
    ],
    ['a wide letter', 'title: Two letters', 'title: 手紙', 'title', 'A character in it is not one column wide.'],
    ['an emoji', 'title: Two letters', 'title: Two 📮', 'title', 'A character in it is not one column wide.'],
    [
      'a label of two lines',
      'label: A postcard will do',
      'label: "A\\nB"',
      'steps[0].choices[2].label',
      'It must be one line.',
    ],
    ['two hints', '"Look at the {item}.", ', '', 'steps[0].hints', 'too short'],
    ['an odd RFC', '9110 17', 'rfc9110', 'steps[0].choices[2].rfc', 'An RFC link looks like'],
  ])('is refused for %s', (_what, from, to, key, sentence) => {
    const { faults, line } = changed(from, to);
    expect(faults.map((fault) => fault.key)).toContain(key);
    const fault = faults.find((one) => one.key === key);
    expect(fault?.message).toContain(sentence);
    expect(fault?.file).toBe('levels/letters.yaml');
    if (!/missing/.test(sentence)) expect([line, line + 1]).toContain(fault?.line);
  });

  it('names the keys of the list form as they stand in the file', () => {
    const { faults } = changed('answer: { how: open }', 'reply: { how: open }', doorLevel);
    expect(faults.map(({ key }) => key)).toContain('acts[1].steps[0].choices[1].reply');
    expect(faultsOf('acts: []\n').map(({ key }) => key)).toContain('acts');
  });

  it('names everything that is wrong at once, in the order of the file', () => {
    const text = lettersLevel.replace('minutes: 2', 'minutes: 99').replace('verdict: safe', 'verdict: good');
    const faults = faultsOf(`${text.replace('title: Two letters', 'title: 7')}extra: 1\n`);
    expect(faults.map(({ key }) => key)).toEqual(['title', 'minutes', 'steps[0].choices[0].verdict', 'extra']);
  });
});

describe('a level that its scenario does not know', () => {
  it.each([
    [
      'the scenario',
      'scenario: letters',
      'scenario: postcards',
      'scenario',
      'There is no scenario "postcards". There are letters.',
    ],
    [
      'a setting',
      'setup: { moe: away }',
      'setup: { moe: asleep }',
      'worlds[1].setup.moe',
      '"letters" does not take this',
    ],
    [
      'a setting that is not there',
      'setup: { moe: away }',
      'setup: { eve: away }',
      'worlds[1].setup',
      '"letters" does not take this',
    ],
    [
      'the point',
      'at: client.write',
      'at: client.shout',
      'steps[0].at',
      'has no decision point client.shout. It has client.write, client.onReply.',
    ],
    [
      'the answer',
      'answer: { how: open }',
      'answer: { how: shouted }',
      'steps[0].choices[2].answer',
      'client.write does not take this answer: how:',
    ],
    [
      'a key of the answer',
      'answer: { how: open }',
      'answer: { how: open, loud: true }',
      'steps[0].choices[2].answer',
      'does not take this',
    ],
    [
      'a word of a text',
      'ask: Ann wants a {item}',
      'ask: Ann wants a {thing}',
      'steps[0].ask',
      'has no word {thing}. It has item, pin, tip.',
    ],
    ['a word of an announcement', 'reads, {item}', 'reads, {thing}', 'worlds[0].announce', 'has no word {thing}'],
    ['a word of an answer', 'how: open }', 'how: "{thing}" }', 'steps[0].choices[2].answer', 'has no word {thing}'],
    ['a word where there is no seed yet', 'title: Two', 'title: The {item}', 'title', 'there is no seed yet'],
    [
      'a fact of a goal',
      '{ delivered: [order, bea] }, { accepted: [ann, thanks] }',
      '{ delivered: [order, moe] }, { accepted: [ann, thanks] }',
      'worlds[1].goal.must[0]',
      'knows no fact delivered(order, moe). It knows delivered(order, bea)',
    ],
    [
      'a fact of anyOf',
      'anyOf: [ { accepted: [ann, thanks] }',
      'anyOf: [ { accepted: [bea, thanks] }',
      'worlds[0].goal.must[1].anyOf[0]',
      'knows no fact',
    ],
    [
      'an actor of a policy',
      'setup: { moe: away }',
      'policies: { eve: {} }',
      'worlds[1].policies.eve',
      'There is no actor "eve"',
    ],
    [
      'a point of a policy',
      'setup: { moe: away }',
      'policies: { bea: { server.shout: {} } }',
      'worlds[1].policies.bea.server.shout',
      'no decision point server.shout',
    ],
    [
      'an answer of a policy',
      'setup: { moe: away }',
      'policies: { bea: { server.book: { take: two } } }',
      'worlds[1].policies.bea.server.book',
      'does not take this answer',
    ],
    [
      'who is carried',
      'role: client',
      'role: client\ncarry: [eve]',
      'carry[0]',
      'There is no actor "eve". There are ann, moe, bea.',
    ],
  ])('is refused for %s', (_what, from, to, key, sentence) => {
    const { faults, line } = changed(from, to);
    const fault = faults.find((one) => one.key === key);
    expect(faults.map((one) => one.key)).toContain(key);
    expect(fault?.message).toContain(sentence);
    expect([line, line + 1, line + 2]).toContain(fault?.line);
  });

  it('is refused for a pick at a point that takes no bytes', () => {
    const { faults } = changed('at: moe.pickBytes', 'at: moe.speak', doorLevel);
    expect(faults).toMatchObject([
      { key: 'acts[0].steps[1].kind', message: 'moe.speak is no point that is picked. Use choose.' },
    ]);
  });
});

describe('a level at odds with itself', () => {
  it.each([
    [
      'a step’s name twice',
      'id: second-reply',
      'id: write',
      'steps[2].id',
      'Another step of this level is called "write"',
    ],
    [
      'a choice’s name twice',
      '- id: twice',
      '- id: sealed',
      'steps[0].choices[1].id',
      'There is another choice "sealed"',
    ],
    ['a world’s name twice', 'name: quiet', 'name: carried', 'worlds[1].name', 'There is another world "carried"'],
    [
      'a choice called otherwise',
      '- id: twice',
      '- id: otherwise',
      'steps[0].choices',
      'No choice may be called "otherwise"',
    ],
    [
      'one choice alone',
      /says: This one had a stamp[\s\S]*$/,
      'says: This one had a stamp.\n',
      'steps[2].choices',
      'too short',
    ],
    [
      'a step that is not before it',
      'first-reply: stamped }',
      'third-reply: stamped }',
      'steps[2].when.third-reply',
      'No earlier step is called "third-reply"',
    ],
    ['itself', 'first-reply: stamped }', 'second-reply: same }', 'steps[2].when.second-reply', 'No earlier step'],
    [
      'a choice that is not there',
      'write: [sealed, twice]',
      'write: [sealed, thrice]',
      'steps[2].when.write',
      'Step "write" has no choice "thrice". It has sealed, twice, open.',
    ],
    [
      'a word of the seed that is not there',
      'nth: 2\n',
      'nth: 2\n    given: { thing: lamp }\n',
      'steps[2].given.thing',
      'has no word {thing}. It has item, pin, tip.',
    ],
    [
      'a hint in a boss',
      'debrief:',
      'boss: { reward: A stamp of your own. }\ndebrief:',
      'steps[0].hints',
      'A boss gives no hints. Remove them.',
    ],
    [
      'a world that is not there',
      'in: quiet',
      'in: loud',
      'steps[1].choices[2].in',
      'There is no world "loud". There is carried, quiet.',
    ],
    [
      'a world for what is safe',
      'headline: Twice',
      'in: quiet\n        headline: Twice',
      'steps[0].choices[1].in',
      'A safe choice holds in every world',
    ],
    [
      'no misconception',
      '        misconception: nobody-reads-postcards\n',
      '',
      'steps[0].choices[2]',
      'needs a misconception',
    ],
    [
      'a harm that no goal forbids',
      'verdict: { breaks: { learned: [moe, order] } }',
      'verdict: { breaks: { accepted: [ann, sent] } }',
      'steps[0].choices[2].verdict.breaks',
      'The goal of world "carried" has no accepted(ann, sent) under never.',
    ],
    [
      'a lack that no goal asks for',
      'verdict: { misses: { accepted: [ann, thanks] } }',
      'verdict: { misses: { accepted: [ann, forged] } }',
      'steps[1].choices[2].verdict.misses',
      'The goal of world "quiet" has no accepted(ann, forged) under must.',
    ],
    [
      'the same answer twice',
      'answer: { how: sealed, copies: 2 }',
      'answer: { copies: 1, how: sealed }',
      'steps[0].choices[1].answer',
      'add sameAs: sealed',
    ],
    [
      'sameAs where answers differ',
      'label: Seal it, and',
      'sameAs: sealed\n        label: Seal it, and',
      'steps[0].choices[1].sameAs',
      'differ',
    ],
    [
      'sameAs of nobody',
      'label: Seal it, and',
      'sameAs: loud\n        label: Seal it, and',
      'steps[0].choices[1].sameAs',
      'no earlier choice "loud"',
    ],
    [
      'two references',
      /verdict: safe/g,
      'verdict: safe\n        reference: true',
      'steps[0].choices',
      'Only one choice can be the reference',
    ],
    [
      'a wrong reference',
      'label: A postcard',
      'reference: true\n        label: A postcard',
      'steps[0].choices',
      'must be a safe one',
    ],
    [
      'a label that does not fit',
      'Seal the {item} letter',
      'Seal the {item} letter with red wax',
      'steps[0].choices[0].label',
      'columns, and the screen has 31',
    ],
  ])('is refused for %s', (_what, from, to, key, sentence) => {
    const { faults } = changed(from, to);
    expect(faults.map((one) => one.key)).toContain(key);
    expect(
      faults
        .filter((one) => one.key === key)
        .map((one) => one.message)
        .join(),
    ).toContain(sentence);
  });

  it('is refused for a step without a safe choice, which names the step and its choices', () => {
    const { faults } = changed(
      /verdict: safe(\n\s+headline: No stamp)/,
      'verdict: { breaks: { accepted: [ann, forged] } }\n        misconception: x$1',
    );
    expect(faults).toMatchObject([
      { key: 'steps[1].choices', message: expect.stringContaining('"first-reply" (stamped, all, none)') },
    ]);
  });

  it('may give one answer twice where it says so', () => {
    const { faults } = changed('answer: { how: sealed, copies: 2 }', 'sameAs: sealed\n        answer: { how: sealed }');
    expect(faults).toEqual([]);
  });
});
