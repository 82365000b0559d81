// The pages in a real browser: what a class sees on the wall, what a teacher does, and what names cannot do.
import { join } from 'node:path';
import { type Browser, chromium as browsers, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PageName } from '../../src/classroom/pageSessions.ts';
import { openPages, type Pages } from '../../src/classroom/pages.ts';
import { browserIsThere, builtPages, chromium, pictures, player, row, type TestHost, testHost } from './pagesWorld.ts';

const sizes = [
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
] as const;
const hostile = [
  '<img src=x onerror=alert(1)>',
  'Ada\u202egnihtyna\u2066',
  '\u7389'.repeat(20),
  'W'.repeat(20),
  '"><script>alert(1)</script>',
  'z\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309',
];
const classNames =
  'Ada|Brave Otter|Chidi|Dilnoza|Emeka|Friendly Heron|Grace H.|Hana|Ines|Jun|Kofi|Lena|Mateo|Noor|Olu|Priya|Quiet Lynx|Rosa|Sam_7|Tariq|Uma|Vera|Wei|Ximena|Yusuf|Zoë'.split(
    '|',
  );

describe.skipIf(!browserIsThere())('the pages in Chromium', () => {
  let browser: Browser;
  let built: Awaited<ReturnType<typeof builtPages>>;
  let host: TestHost;
  let pages: Pages;
  /** What a page must never do: complain, or ask anybody else. */
  let faults: string[];

  beforeAll(async () => {
    built = await builtPages();
    browser = await browsers.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(async () => {
    await browser?.close();
    built?.remove();
  });
  beforeEach(async () => {
    host = testHost();
    pages = await openPages(host, built.assets);
    faults = [];
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await pages.close();
    expect(faults).toEqual([]);
  });

  async function open(name: PageName, size: (typeof sizes)[number] = sizes[0], still = true): Promise<Page> {
    const context = await browser.newContext({ viewport: size, reducedMotion: still ? 'reduce' : 'no-preference' });
    const page = await context.newPage();
    page.on('console', (message) => void (message.type() !== 'log' && faults.push(message.text())));
    page.on('pageerror', (error) => void faults.push(error.message));
    page.on('dialog', (dialog) => {
      faults.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (new URL(request.url()).host !== `127.0.0.1:${pages.port}`) faults.push(`asks ${request.url()}`);
    });
    await page.goto(pages.link(name));
    await page.locator('main > :not([hidden])').first().waitFor();
    return page;
  }
  async function picture(page: Page, name: string): Promise<void> {
    const folder = pictures();
    if (folder) await page.screenshot({ path: join(folder, `${name}-${page.viewportSize()?.width}.png`) });
  }
  /** Nothing stands out of the window, and no scroll bar is needed to see it. */
  const fits = (page: Page) =>
    page.evaluate<boolean>(
      'document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight',
    );

  describe.each(sizes)('on a wall of $width by $height', (size) => {
    it('show how to join, and each name as it comes', async () => {
      const page = await open('projector', size);
      expect(await page.locator('#code').textContent()).toBe('K7QM2-9F4DX');
      expect(await page.locator('#command').textContent()).toContain('join 192.0.2.7 K7QM2-9F4DX');
      expect(await page.locator('#qr svg').count()).toBe(1);
      expect(page.url()).not.toContain('#');
      host.set({ names: ['Ada'], board: { players: 1 } });
      await page.locator('#names li', { hasText: 'Ada' }).waitFor();
      host.set({ names: classNames, board: { players: classNames.length } });
      await page.locator('#names li', { hasText: 'Zoë' }).waitFor();
      expect(await page.locator('#names li').count()).toBe(26);
      expect(await fits(page)).toBe(true);
      await picture(page, 'lobby');
      // The last row reads it: a tenth of the wall's height and more.
      expect((await page.locator('#code').boundingBox())?.height).toBeGreaterThan(size.height / 10);
    });

    it('move the rows of the race to their places, and hold them while the board is frozen', async () => {
      const page = await open('projector', size);
      const top = classNames
        .slice(0, 10)
        .map((name, place) => row(place + 1, name, 620 - 47 * place, place % 3 ? {} : { team: 'Team Blue' }));
      const levels = host.state().board.levels.map(({ id }, place) => ({ id, solved: 20 - 3 * place }));
      const board = {
        state: 'running',
        players: 26,
        top,
        levels,
        lastSolve: { name: 'Hana', level: 'passport' },
      } as const;
      host.set({ names: classNames, board });
      const places = () =>
        page.evaluate<string[]>(
          `[...document.querySelectorAll('#rows li')].sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top).map((row) => row.querySelector('.name').textContent)`,
        );
      await page.locator('#rows li').nth(9).waitFor();
      expect(await places()).toEqual(classNames.slice(0, 10));
      await picture(page, 'race');
      const [first, second, ...others] = top;
      if (!first || !second) throw new Error('no rows');
      host.set({ board: { top: [row(1, second.name, 700), row(2, first.name, 620), ...others] } });
      await page.locator('#rows [data-rank="1"]', { hasText: second.name }).waitFor();
      expect((await places()).slice(0, 2)).toEqual([second.name, first.name]);
      expect(await page.locator('#said').textContent()).toBe(`${second.name} takes the lead.`);
      host.set({
        board: {
          frozen: true,
          teams: [
            { team: 'Team Blue', points: 412.4, players: 9 },
            { team: 'Team Red', points: 380, players: 8 },
          ],
        },
      });
      await page.locator('#sign', { hasText: 'stands still' }).waitFor();
      // A player goes on; the board of a frozen round does not, so the wall must not.
      const frozen = await places();
      host.set({ players: [player(1, 'Zoë', { points: 9000 })] });
      await page.waitForTimeout(400);
      expect(await places()).toEqual(frozen);
      expect(await page.content()).not.toContain('9000');
      expect(await fits(page)).toBe(true);
      await picture(page, 'frozen');
    });

    it('put the first three on a podium', async () => {
      const page = await open('projector', size);
      const top = classNames.slice(0, 10).map((name, place) => row(place + 1, name, 1620 - 117 * place));
      host.set({ board: { state: 'ended', top } });
      await page.locator('#sign', { hasText: 'Time is up' }).waitFor();
      host.set({
        board: {
          state: 'revealed',
          teams: [
            { team: 'Team Blue', points: 412.4, players: 9 },
            { team: 'Team Red', points: 380, players: 8 },
          ],
        },
      });
      await page.locator('#steps li').nth(2).waitFor();
      expect(await page.locator('#steps .name').allTextContents()).toEqual(classNames.slice(0, 3));
      expect(await page.locator('#others li').count()).toBe(7);
      const heights = await page.evaluate<number[]>(
        `[...document.querySelectorAll('.block')].map((one) => one.offsetHeight)`,
      );
      expect([...heights].sort((one, other) => other - one)).toEqual(heights);
      expect(await fits(page)).toBe(true);
      await picture(page, 'podium');
    });

    it('show names as text and nothing else, whatever is in them', async () => {
      const page = await open('projector', size);
      host.set({ names: hostile, board: { players: 6, title: hostile[0] ?? '' } });
      await page.locator('#names li').nth(5).waitFor();
      await picture(page, 'hostile-lobby');
      expect(await page.locator('#names img, #names script').count()).toBe(0);
      expect(await page.locator('#names').textContent()).not.toMatch(/[\u202a-\u202e\u2066-\u2069<>]/);
      const top = hostile.map((name, place) =>
        row(place + 1, name, 500 - place, { team: hostile[place === 0 ? 2 : 0] ?? '' }),
      );
      host.set({ board: { state: 'running', top, lastSolve: { name: hostile[2] ?? '', level: 'passport' } } });
      await page.locator('#rows li').nth(5).waitFor();
      expect(await page.locator('#rows img, #rows script').count()).toBe(0);
      expect(await fits(page)).toBe(true);
      await picture(page, 'hostile-race');
      // No name stands in the column of the points.
      const wide = await page.evaluate<boolean>(
        `[...document.querySelectorAll('#rows li')].every((row) => row.querySelector('.who').getBoundingClientRect().right <= row.querySelector('.stars').getBoundingClientRect().left + 1)`,
      );
      expect(wide).toBe(true);
      host.set({ board: { state: 'revealed' } });
      await page.locator('#steps li').nth(2).waitFor();
      await picture(page, 'hostile-podium');
      expect(await fits(page)).toBe(true);
    });

    it('give the teacher the round, the players and what they think', async () => {
      const page = await open('teacher', size);
      host.set(busy());
      await page.locator('#players tr').nth(25).waitFor();
      await picture(page, 'teacher');
      expect(await fits(page)).toBe(true);
      expect(await page.locator('[data-command="start"]').isDisabled()).toBe(true);
      await page.locator('[data-command="freeze"]').click();
      await page.locator('#told', { hasText: 'Done: freeze.' }).waitFor();
      await page.locator('[data-command="end"]').click();
      await page.locator('#ask button[value="no"]').click();
      await page.locator('[data-command="end"]').click();
      await page.locator('#ask button[value="yes"]').click();
      await page.locator('#told', { hasText: 'Done: end.' }).waitFor();
      expect(host.asked).toEqual([{ type: 'freeze' }, { type: 'end' }]);
      await page.locator('#heat button').nth(1).click();
      expect(await page.locator('#answer').textContent()).toContain('Chosen most');
      await page.locator('#stuck button').first().click();
      expect(await page.locator('#player').isVisible()).toBe(true);
      await page.locator('#device').click();
      await page.locator('#device-code', { hasText: 'TR7M-2K9Q' }).waitFor();
      await picture(page, 'teacher-player');
    });
  });

  it('do all that a teacher does with a player by keyboard alone', async () => {
    const page = await open('teacher');
    host.set(busy());
    await page.locator('#players tr').nth(25).waitFor();
    await page.locator('#search').focus();
    await page.keyboard.type('chidi');
    await page.locator('#how-many', { hasText: '1 of 26' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.locator('#players button:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('#new-name').focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('Chidi A.');
    await page.keyboard.press('Enter');
    await page.locator('#player-told', { hasText: 'Done: rename.' }).waitFor();
    await page.locator('#add-points').focus();
    await page.keyboard.type('25');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Explained it to the class');
    await page.keyboard.press('Enter');
    await page.locator('#player-told', { hasText: 'Done: adjust.' }).waitFor();
    host.answer = () => ({ refused: 'This player is out already.' });
    await page.locator('#kick').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#player-told.bad', { hasText: 'out already' }).waitFor();
    // The browser's own console notes each answer of 400 and above.
    expect(faults.splice(0)).toEqual([expect.stringContaining('409')]);
    const id = player(3, '').id;
    expect(host.asked).toEqual([
      { type: 'rename', player: id, name: 'Chidi A.' },
      { type: 'adjust', player: id, points: 25, why: 'Explained it to the class' },
      { type: 'kick', player: id },
    ]);
    await page.keyboard.press('Escape');
    expect(await page.locator('#player').isVisible()).toBe(false);
  });

  it('open a new round with the levels that were ticked', async () => {
    const page = await open('teacher');
    host.set({ board: { state: 'revealed' } });
    await page.locator('#new-round.main').click();
    await page.locator('#round-title').fill('After the break');
    await page.locator('label.chapter', { hasText: 'Locks and keys' }).click();
    await page.locator('#catalogue label', { hasText: 'The open line' }).click();
    await picture(page, 'teacher-round');
    await page.locator('#round-form button.main').click();
    await page.locator('#round-dialog').waitFor({ state: 'hidden' });
    const levels = ['open-line', 'key-exchange', 'passport', 'coffee-shop'];
    const rules = { attempts: 2, speedBonus: false, streaks: false, firstBlood: false, decay: false };
    expect(host.asked).toEqual([{ type: 'round', title: 'After the break', levels, rules }]);
  });

  it('give the results as files, and open the wall in a window of its own', async () => {
    const page = await open('teacher');
    const download = page.waitForEvent('download');
    await page.locator('a[href="results.csv"]').click();
    expect((await download).suggestedFilename()).toBe('results.csv');
    const wall = page.context().waitForEvent('page');
    await page.locator('#open-projector').click();
    await (await wall).locator('#lobby').waitFor();
  });

  it('say when the host is gone, and go on when it is there again', async () => {
    const page = await open('projector');
    const { port } = pages;
    await pages.close();
    await page.locator('#line', { hasText: 'does not answer' }).waitFor();
    pages = await openPages(host, built.assets, port);
    await page.locator('#line', { hasText: 'new link' }).waitFor();
    faults.splice(0);
    await page.goto(pages.link('projector'));
    await page.locator('#lobby').waitFor();
    expect(await page.locator('#line').isVisible()).toBe(false);
  });

  it('move for those who like it, and end in the same places', async () => {
    const page = await open('projector', sizes[0], false);
    host.set({ board: { state: 'running', players: 2, top: [row(1, 'Ada', 300), row(2, 'Bob', 200)] } });
    await page.locator('#rows li').nth(1).waitFor();
    host.set({ board: { top: [row(1, 'Bob', 400), row(2, 'Ada', 300)] } });
    await page.locator('#rows .rising', { hasText: 'Bob' }).waitFor();
    await page.locator('#rows .points', { hasText: '400' }).waitFor();
    const moving = await page.evaluate<string>(
      `getComputedStyle(document.querySelector('#rows li')).transitionProperty`,
    );
    expect(moving).toBe('transform');
  });
});

/** A class in the middle of a round. */
function busy() {
  const now = Date.now();
  const ids = ['first-contact', 'open-line', 'sealed-form', 'key-exchange', 'passport', 'coffee-shop'];
  const players = classNames.map((name, place) =>
    player(place + 1, name, {
      points: 620 - 23 * place,
      solved: Math.max(0, 5 - Math.floor(place / 5)),
      stars: Math.max(0, 14 - Math.floor(place / 2)),
      team: place % 3 === 0 ? 'Team Blue' : place % 3 === 1 ? 'Team Red' : undefined,
      level: ids[place % 5],
      movedAt: now - 47_000 * ((place * 7) % 13),
      standing: place === 25 ? 'kicked' : 'in',
    }),
  );
  const thought = [
    ['padlock-means-honest', 'The padlock says that the site is honest', [0, 4, 5], [9, 14, 6]],
    ['encrypted-means-authentic', 'What is encrypted must come from the right one', [2, 3, 4], [11, 7, 3]],
    ['https-hides-host', 'HTTPS hides which site is visited', [1, 4], [12, 5]],
    ['public-key-secret', 'A public key must be kept secret', [3], [8]],
    ['ca-sees-traffic', 'The authority that signed can read along', [4, 5], [4, 2]],
    ['hash-is-encryption', 'A hash can be decrypted with the right key', [2], [2]],
  ] as const;
  return {
    names: classNames,
    board: {
      state: 'running',
      players: 25,
      top: players.slice(0, 10).map(({ name, points }, place) => row(place + 1, name, points)),
    },
    players,
    heat: thought.flatMap(([misconception, title, at, counts]) =>
      at.map((level, which) => ({
        level: ids[level] ?? '',
        misconception,
        title,
        players: counts[which] ?? 0,
        of: 24 - 3 * level,
        answer: {
          step: 'What does Mallory learn?',
          choice: 'Nothing: the line is encrypted',
          times: Math.ceil((counts[which] ?? 0) * 0.7),
        },
      })),
    ),
    stuck: [
      { player: player(24, '').id, level: 'sealed-form', since: now - 11 * 60_000, wrong: 7 },
      { player: player(19, '').id, level: 'key-exchange', since: now - 8 * 60_000, wrong: 4 },
      { player: player(22, '').id, level: 'open-line', since: now - 6 * 60_000, wrong: 1 },
    ],
  } as const;
}
