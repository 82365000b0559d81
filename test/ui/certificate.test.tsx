// The certificate and the real peers, with keys: from the title, and from the end of the level that gives the first.
import { stripVTControlCharacters } from 'node:util';
import { cleanup, render } from 'ink-testing-library';
import { afterEach, expect, it } from 'vitest';
import { GameAt } from '../../src/ui/Root.tsx';
import { rightAnswers } from '../journeys/answers.ts';
import { choose, levelNamed, memoryLog, newGame, toQuestion } from './game.ts';

afterEach(cleanup);

const soon = () => new Promise((resolve) => setTimeout(resolve, 30));
const [down, enter, esc] = ['\u001b[B', '\r', '\u001b'];

/** A game in which `both-ends` was finished with so many stars, with its keys. */
function withStars(stars: 0 | 1 | 2 | 3, name = '') {
  const log = memoryLog();
  const attempt = 'a0';
  if (stars) {
    log.record({ attempt, type: 'started', level: 'both-ends', contentHash: '0'.repeat(32), seed: '1' });
    log.record({ attempt, type: 'ended', outcome: 'met', points: 95, stars });
  }
  const made = newGame({ log });
  if (name) made.store.actions.keepName(name);
  return pressed(made);
}
function pressed(made: ReturnType<typeof newGame>) {
  const { stdin, lastFrame } = render(<GameAt game={made.game} size={{ columns: 80, rows: 24 }} />);
  return {
    ...made,
    screen: () => stripVTControlCharacters(lastFrame() ?? '').replace(/[│\s]+/g, ' '),
    state: made.store.getState,
    async press(...keys: readonly string[]) {
      for (const key of keys) {
        stdin.write(key);
        await soon();
      }
    },
  };
}
/** Its place in the menu. */
const [liveEntry, certificateEntry] = ['5', '6'];

it('before it is earned it is said what is to be done for it, and enter does that', async () => {
  for (const [stars, standing] of [
    [0, 'You have not finished it yet.'],
    [2, 'Your best so far: ★★☆, 95 of 100 points.'],
  ] as const) {
    const { press, screen, state } = withStars(stars);
    await press(certificateEntry);
    expect(screen()).toContain('for those who have finished the level both-ends with three stars.');
    expect(screen()).toContain(standing);
    expect(screen()).toContain('nobody’s trust anchor');
    expect(state().certificate?.diploma).toBeUndefined();
    await press('x', 'n');
    expect(state()).toMatchObject({ screen: 'certificate', typing: undefined, said: undefined });
    await press(enter);
    expect(state()).toMatchObject({ screen: 'play', playing: { level: { id: 'both-ends' } } });
  }
});

it('where there is no name it is asked for, kept, and the certificate issued in it', async () => {
  const { press, screen, state, saved } = withStars(3);
  await press(certificateEntry);
  expect(state().typing).toBe('');
  await press('A', '<', enter);
  expect(screen()).toContain('The name has "<" in it.');
  expect(state().certificate?.diploma).toBeUndefined();
  await press(esc);
  await press('');
  expect(state()).toMatchObject({ screen: 'certificate', typing: undefined });
  expect(screen()).toContain('Your name none yet');
  await press(enter, 'A', 'd', 'a', enter);
  expect(saved.at(-1)?.name).toBe('Ada');
  expect(screen()).toContain('This certificate is issued to Ada ');
  expect(screen()).toContain('finished both-ends with 3 of 3 stars and 95 of 100 points');
  expect(screen()).toContain('It is nobody’s trust anchor');
});

it('x writes the files, and n issues it in another name; the same name keeps the same certificate', async () => {
  const { press, screen, state } = withStars(3, 'Ada');
  await press(certificateEntry, down, down);
  expect(state().certificate?.scroll).toBe(2);
  const first = state().certificate?.diploma;
  await press('x');
  expect(state().certificate?.scroll).toBe(0);
  expect(screen()).toContain('Written in the name of Ada. To verify it: openssl verify');
  await press('n', 'm', enter);
  expect(screen()).toContain('issued to Adam ');
  expect(screen()).not.toContain('Written in the name');
  expect(state().certificate?.diploma?.serial).not.toEqual(first?.serial);
  const second = state().certificate?.diploma;
  await press(esc);
  await press('', certificateEntry);
  expect(state().certificate?.diploma).toBe(second);
  await press(esc);
  await press('');
  expect(state().screen).toBe('title');
});

it('a name from elsewhere that cannot be taken is said so, and asked for anew', async () => {
  const made = withStars(3);
  made.store.setState({ preferences: { ...made.state().preferences, name: 'A\u001b[31m' } });
  await made.press(certificateEntry);
  expect(made.screen()).toContain('The name has a character that cannot be seen in it.');
  expect(made.state().certificate?.diploma).toBeUndefined();
  await made.press('n', '\u007f', '\u007f', '\u007f', '\u007f', '\u007f', enter);
  expect(made.screen()).toContain('issued to A ');
});

it('letters that are wider than a column stand there; those of which terminals disagree are said to stand in the certificate all the same', async () => {
  const downwards = Array.from({ length: 6 }, () => down);
  const says = 'In the certificate they are as you wrote them.';
  const wide = withStars(3, '山田');
  await wide.press(certificateEntry);
  expect(wide.screen()).toContain('山田');
  await wide.press(...downwards);
  expect(wide.screen()).not.toContain(says);
  const disputed = withStars(3, 'मीना');
  await disputed.press(certificateEntry, ...downwards);
  expect(disputed.screen()).toContain(says);
});

it('the end of both-ends offers it once it is earned, and esc comes back there', async () => {
  const made = newGame();
  made.store.actions.start(levelNamed('both-ends'));
  for (const answer of rightAnswers['both-ends'] ?? []) {
    toQuestion(made.store);
    choose(made.store, answer);
  }
  toQuestion(made.store);
  made.store.actions.keepName('Ada');
  const { press, screen, state } = pressed(made);
  expect(state().screen).toBe('debrief');
  expect(screen()).toContain('You have earned a certificate, a real one, in your name. To see it, press t.');
  await press('t');
  expect(screen()).toContain('issued to Ada ');
  await press(esc);
  await press('');
  expect(state().screen).toBe('debrief');
});

it('Live offers the levels with a real program, and names the commands that reach any other', async () => {
  const { press, screen, state } = withStars(0);
  await press(liveEntry);
  const live = state().levels.filter(({ proof }) => proof === 'live');
  expect(live.map(({ id }) => id)).toEqual(['live-client', 'live-server']);
  for (const { title } of live) expect(screen()).toContain(title);
  expect(screen()).toContain('https-quest live https://www.example.org/');
  expect(screen()).toContain('https-quest serve');
  await press(down, enter);
  expect(state().playing?.level.id).toBe('live-server');
});

it('Live says so where none of the levels has one', async () => {
  const { press, screen, state, store } = withStars(0);
  store.setState({ levels: state().levels.filter(({ proof }) => proof !== 'live') });
  await press(liveEntry, enter, '1');
  expect(screen()).toContain('None of the levels that are played here has a real program');
  expect(state().screen).toBe('live');
});
