// What levels and codex have against each other is told with file, line and key, and what would be near.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkCodex } from '../../src/game/checkCodex.ts';
import { type CodexFile, contentOf, loadCodexFile, type ReadCodexFile } from '../../src/game/codex.ts';
import { loadLevel } from '../../src/game/load.ts';
import { codexIn, faultLine } from '../../src/cli/levelFiles.ts';
import { scenarios } from '../../src/scenarios/index.ts';
import { builtInFolder, shippedLevels } from '../shipped.ts';

const shipped = { levels: shippedLevels(), files: codexIn(builtInFolder).files };
const goodbye = readFileSync(`${builtInFolder}3-handshake/a-goodbye.yaml`, 'utf8');

/** What is wrong with a level that ships once a piece of its text is another. */
function changed(from: string | RegExp, to: string, own: readonly ReadCodexFile[] = []): string[] {
  const text = goodbye.replace(from, to);
  expect(text).not.toBe(goodbye);
  const loaded = loadLevel(text, 'goodbye.yaml', scenarios);
  if ('faults' in loaded) throw new Error(loaded.faults.map(faultLine).join());
  return checkCodex({ levels: [loaded], files: own, shipped }, scenarios).map(faultLine);
}

describe('a level', () => {
  it.each([
    [
      'a misconception that there is not, with what is near',
      'misconception: end-of-stream-is-end-of-message',
      'misconception: end-of-stream-is-end-of-mesage',
      ': steps[0].choices[1].misconception: There is no misconception "end-of-stream-is-end-of-mesage". Did you mean "end-of-stream-is-end-of-message"?',
    ],
    [
      'a term that there is not, with what is near',
      '[close_notify,',
      '[close_notfy,',
      'terms[0]: The codex has no entry "close_notfy". Did you mean "close_notify"?',
    ],
    ['a term twice', '[close_notify,', '[close_notify, alert,', 'terms[3]: "alert" stands here twice.'],
    [
      'a word before it is introduced',
      "Alice's till reads",
      "A wildcard: Alice's till reads",
      'brief: "wildcard" is a word that no level before this one introduces.',
    ],
    [
      'such a word in a choice',
      'label: Refuse the feed',
      'label: HSTS, the feed',
      'steps[0].choices[0].label: "HSTS" is a word',
    ],
    ['such a word in a hint', /- TCP's end/, '- Their wildcards', 'steps[0].hints[0]: "wildcards" is a word'],
    [
      'a section that there is not',
      'rfc: "8446 6.1"',
      'rfc: "8446 6.7"',
      'steps[0].choices[0].rfc: RFC 8446 has no section 6.7.',
    ],
    [
      'a hint that names the choice',
      /- TCP's end/,
      '- Refuse the feed, fetch it anew. TCP',
      'steps[0].hints[0]: This hint names the choice "Refuse the feed, fetch it anew".',
    ],
    [
      'a goal that the brief does not tell of',
      /brief: >-[\s\S]*?worlds:/,
      'brief: Alice waits for orders, and so does Bob.\nworlds:',
      'brief: A choice is judged by accepted(alice, truncated-feed), and nothing here tells of it',
    ],
  ])('is refused for %s', (_, from, to, says) => {
    const told = changed(from, to);
    expect(
      told.filter((line) => line.includes(says)),
      told.join('\n'),
    ).toHaveLength(1);
    expect(told[0]).toMatch(/^goodbye\.yaml:\d+:\d+: /);
  });
  it('may use the words of levels before it, and its own', () => {
    expect(changed("Alice's till reads", "A record. Alice's till reads")).toEqual([]);
    expect(changed('[close_notify,', '[close_notify, key stream,')).toEqual([]);
  });
  it('may bring a codex of its own, and is then held against it', () => {
    const belief = (id: string) => read('misconceptions.yaml', `misconceptions:\n  ${id}: { belief: B., truth: T. }\n`);
    const own = 'misconception: all-goodbyes-are-alike';
    expect(changed(/misconception: \S+/, own, [belief('all-goodbyes-are-alike')])).toEqual([]);
    expect(changed(/misconception: \S+/, own, [belief('other')])).toHaveLength(2);
    const tide = read('codex/own.yaml', 'entries:\n  tide: { kind: term, is: It comes and goes. }\n');
    expect(changed('[close_notify,', '[close_notify, tide,', [tide])).toEqual([]);
    expect(changed("Alice's till reads", "The tide. Alice's till reads", [tide])[0]).toContain(
      'brief: "tide" is a word',
    );
  });
});

/** A file of the codex, of which no fault is expected. */
function read(file: string, content: string): ReadCodexFile {
  const loaded = loadCodexFile(`format: 1\n${content}`, file);
  if ('faults' in loaded) throw new Error(loaded.faults.map(faultLine).join());
  return loaded;
}

describe('a file of the codex', () => {
  const entry = (rest: string) =>
    read('codex/own.yaml', `entries:\n  close_notify: { kind: alert, is: A goodbye${rest} }\n`);
  const told = (file: ReadCodexFile, more: readonly CodexFile[] = []) =>
    checkCodex(
      { levels: [], files: [file], shipped: { ...shipped, files: [...shipped.files, ...more] } },
      scenarios,
    ).map(faultLine);

  it.each([
    ['a link to nowhere', ', see: [truncatoin]', 'see[0]: There is no entry "truncatoin". Did you mean "truncation"?'],
    ['a link to itself', ', see: [close_notify]', 'see[0]: An entry need not lead to itself.'],
    [
      'a belief that there is not',
      ', misconceptions: [all-asymetric]',
      'misconceptions[0]: There is no misconception "all-asymetric". Did you mean "all-asymmetric"?',
    ],
    ['a section that there is not', ', rfc: "8446 6.7"', 'RFC 8446 has no section 6.7.'],
  ])('is refused for %s', (_, rest, says) => {
    const lines = told(entry(rest));
    expect(
      lines.filter((line) => line.includes(says)),
      lines.join('\n'),
    ).toHaveLength(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^codex\/own\.yaml:3:/);
  });
  it('is refused for what no level uses, and for names that differ in capital letters alone', () => {
    expect(told(entry(''))).toEqual([]);
    expect(told(read('codex/own.yaml', 'entries:\n  tide: { kind: term, is: It comes. }\n'))).toEqual([
      expect.stringContaining('entries.tide: No level has this among its terms.'),
    ]);
    expect(told(read('misconceptions.yaml', 'misconceptions:\n  unheard: { belief: B., truth: T. }\n'))).toEqual([
      expect.stringContaining('misconceptions.unheard: No choice of a level has this misconception.'),
    ]);
    const twin = read('codex/own.yaml', 'entries:\n  dns: { kind: term, is: A directory. }\n');
    expect(told(twin)[0]).toContain('There is an entry "DNS" as well');
  });

  it.each([
    [
      'an unknown key',
      'codex/a.yaml',
      'entries:\n  tide: { kind: term, is: It comes., colour: red }\n',
      'a.yaml:3:38: entries.tide.colour: There is no key "colour" here.',
    ],
    [
      'a kind that there is not',
      'codex/a.yaml',
      'entries:\n  tide: { kind: wave, is: It comes. }\n',
      'entries.tide.kind: This must be term or message or',
    ],
    ['no explanation', 'codex/a.yaml', 'entries:\n  tide: { kind: term }\n', '"is" is missing. Add it.'],
    [
      'too long an explanation',
      'codex/a.yaml',
      `entries:\n  tide: { kind: term, is: ${'x'.repeat(321)} }\n`,
      'It is longer than 320 columns.',
    ],
    [
      'a character that steers',
      'codex/a.yaml',
      'entries:\n  tide: { kind: term, is: "a\\u001b[2J" }\n',
      'Control characters are not allowed',
    ],
    [
      'two lines where there is room for one',
      'misconceptions.yaml',
      'misconceptions:\n  tide: { belief: "a\\nb", truth: T. }\n',
      'It must be one line.',
    ],
    [
      'an id that is none',
      'misconceptions.yaml',
      'misconceptions:\n  Tide!: { belief: B., truth: T. }\n',
      'An id has lower-case letters',
    ],
    ['entries among the misconceptions', 'misconceptions.yaml', 'entries: {}\n', '"misconceptions" is missing.'],
    [
      'an alias',
      'codex/a.yaml',
      'entries:\n  tide: &a { kind: term, is: It comes. }\n',
      'Anchors (&name) are not allowed.',
    ],
  ])('does not load with %s', (_, file, content, says) => {
    const loaded = loadCodexFile(`format: 1\n${content}`, file);
    const lines = 'faults' in loaded ? loaded.faults.map(faultLine) : [];
    expect(
      lines.filter((line) => line.includes(says)),
      lines.join('\n'),
    ).toHaveLength(1);
  });
  it('is known by its place', () => {
    expect(
      ['codex/a.yaml', 'x/misconceptions.yml', 'x\\codex\\a.yaml', 'x/3-handshake/a.yaml', 'codex.yaml'].map(contentOf),
    ).toEqual(['codex', 'misconceptions', 'codex', 'level', 'level']);
  });
});
