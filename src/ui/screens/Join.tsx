// The way into a competition: where the host is, its code, and who one is; then the steps until one is in.
import { Box, useInput, usePaste } from 'ink';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { Footer } from '../components/Footer.tsx';
import { Header } from '../components/Header.tsx';
import { Lines } from '../components/Lines.tsx';
import { Panel } from '../components/Panel.tsx';
import { type EntranceState, type FieldName, fieldsOf, type JoinStep, privacy } from '../entrance.ts';
import { useGame, useGameState, useSize } from '../game.ts';
import { type Line, span, type Tone } from '../spans.ts';
import { wrap } from '../wrap.ts';

export function Join() {
  const { entrance, store } = useGame();
  const { columns, rows } = useSize();
  const state = useStore(entrance);
  const said = useGameState((game) => game.said);
  const { actions } = entrance;
  useEffect(() => void actions.open(), [actions]);
  const text = state.fields[state.at];
  const add = (more: string) => actions.type([...text, ...more].slice(0, mostTyped).join(''));
  usePaste((pasted) => add(pasted.replace(/[\r\n\t]/g, ' ').trim()));
  useInput((input, key) => {
    if (key.escape) return actions.stop() || store.actions.show('title');
    if (key.return) return actions.enter();
    if (key.upArrow || (key.tab && key.shift)) return actions.move(-1);
    if (key.downArrow || key.tab) return actions.move(1);
    if (key.backspace || key.delete) return actions.type([...text].slice(0, -1).join(''));
    if (!key.ctrl && !key.meta && input) add(input);
  });
  const inner = columns - 4;
  const room = rows - 5;
  const lines = state.step
    ? stepLines({ ...state, step: state.step }, inner)
    : formLines({ ...state, said: state.said ?? said }, inner, room);
  return (
    <Box flexDirection="column">
      <Header width={columns} title="Classroom" />
      <Lines of={[[]]} width={columns} />
      <Panel title="Join the competition of your class" width={columns} height={rows - 3} focused>
        <Lines of={lines.slice(0, room)} width={inner} />
      </Panel>
      <Footer width={columns} context={state.step ? 'joining' : 'join'} />
    </Box>
  );
}

const mostTyped = 80;

const labels: Readonly<Record<FieldName, string>> = {
  address: 'Address',
  code: 'Code',
  name: 'Nickname',
  team: 'Team',
};
const helps: Readonly<Record<FieldName, string>> = {
  address: 'It stands on the board, such as 192.0.2.7.',
  code: 'Ten characters from the board. They stand for the key of the host.',
  name: '2 to 20 letters, digits, spaces and . _ -. Without one you get one.',
  team: 'Only if your class plays in teams. It may stay empty.',
};

const textIn = (width: number, words: string, tone: Tone = 'text', bold = false): Line[] =>
  wrap(words, '', width).map((line): Line => [span(line, tone, { bold })]);

function formLines({ classroom, fields, at, said }: EntranceState, width: number, room: number): Line[] {
  const place = classroom?.placeOf(fields.code);
  const code = fields.code && classroom?.faultOf('code', fields.code, true) === undefined;
  const wrong = said ?? classroom?.faultOf(at, fields[at], false);
  const rows = fieldsOf(classroom, fields).map((name): Line => {
    const on = name === at;
    const label = span(`${on ? '❯' : ' '} ${labels[name].padEnd(10)}`, on ? 'accent' : 'text', { bold: on });
    const value = span(`${fields[name]}${on ? '▍' : ''}`, on ? 'read' : 'text', { bold: on });
    const mark = name === 'code' && code ? [span('   ✓ typed without a slip', 'good')] : [];
    return [label, value, ...mark];
  });
  const below = wrong
    ? textIn(width, wrong, 'accent')
    : place === undefined
      ? textIn(width, helps[at], 'faint')
      : textIn(width, `You have a place in this competition, as ${place}. Enter goes on.`, 'accent');
  const notice = textIn(width, privacy);
  const lines = [...rows, [], ...below];
  // What leaves the machine is never cut off.
  const gap = Math.max(0, room - lines.length - notice.length);
  return [...lines, ...Array.from({ length: gap }, (): Line => []), ...notice];
}

/** In their order, with what each is for. */
const steps: readonly (readonly [step: JoinStep, does: string, why: string])[] = [
  [
    'calling',
    'A TLS connection is made',
    'Whoever answers shows a certificate, and proves in the handshake that the key in it is theirs.',
  ],
  [
    'comparing',
    'The key of the host is compared with the code',
    'The code is a hash of the key. A third of a second is spent on it on purpose: so nobody can try keys until one fits.',
  ],
  [
    'joining',
    'Your place is asked for',
    'Only now the first word is sent. Had the key been another one, the host would not even know your nickname.',
  ],
];

function stepLines({ step, fields }: EntranceState & { readonly step: JoinStep }, width: number): Line[] {
  const now = steps.findIndex(([name]) => name === step);
  return [
    ...textIn(width, `Joining ${fields.address}`, 'read', true),
    [],
    ...steps.flatMap(([, does, why], index): Line[] => [
      [
        span(
          index < now ? '✓ ' : index === now ? '▶ ' : '· ',
          index < now ? 'good' : index === now ? 'accent' : 'faint',
        ),
        span(does, index > now ? 'faint' : 'read', { bold: index === now }),
      ],
      ...wrap(why, '  ', width).map((line): Line => [span(line, index > now ? 'faint' : 'text')]),
      [],
    ]),
  ];
}
