// A person at a real terminal who plays against a real peer, and who has enough.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { bench } from '../journeys/terminal.ts';
import { folder, pem } from '../tls/peers.ts';
import { ca, hello, portOf, tlsServer } from './world.ts';

const files = folder();
const root = files.put('root.pem', pem(ca));
let here = bench();
afterEach(() => {
  here.clear();
  here = bench();
});

describe('a person', () => {
  it('is the client of a real server, decision by decision', async () => {
    const port = await portOf(tlsServer(hello));
    const terminal = here.quest(['live', `https://localhost:${port}/`, '--ca', root], { columns: 90, rows: 60 });
    for (const question of ['Which versions', 'Which cipher suites', 'The keys come from', 'name the site']) {
      await terminal.until(new RegExp(`${question}[\\s\\S]*Type a number`));
      terminal.press('enter');
    }
    await terminal.until(/showed its certificates[\s\S]*Type a number/);
    terminal.press('nonsense', 'enter');
    await terminal.until('"nonsense" is none of them.');
    terminal.press('1', 'enter');
    for (const question of ['signed the handshake', 'sent Finished:', 'How does this end']) {
      await terminal.until(new RegExp(`${question}[\\s\\S]*Type a number`));
      terminal.press('enter');
    }
    await terminal.until(/HTTP\/1\.1 200 OK\nThe body has 6 bytes\./);
    expect(await terminal.ended()).toBe(0);
  });
  it('is a server until Ctrl+C', async () => {
    const terminal = here.quest(['serve', '--port', '0', '--auto'], { columns: 90, rows: 40 });
    const text = await terminal.until(/take it out again/);
    const [, port] = /https:\/\/localhost:(\d+)\//.exec(text) ?? [];
    const certificate = readFileSync(join(here.folder, 'data', 'live', 'ca.pem'));
    for (let guest = 1; guest <= 2; guest++) {
      const request = https.get({ host: 'localhost', port: Number(port), ca: certificate, agent: false });
      const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
      response.resume();
      await terminal.until((seen) => (seen.match(/GET \/: 200 OK/g) ?? []).length === guest);
    }
    terminal.press('ctrl+c');
    expect(await terminal.ended()).toBe(130);
  });
  it('plays a level with a real program on the screen, with a wrong answer, to the stars on the map', async () => {
    const terminal = here.quest(['play', 'live-server', '--seed', '1', '--reduced-motion'], { columns: 100, rows: 30 });
    await terminal.until('You are Bob, and your visitor is real');
    terminal.press('enter');
    const choose = async (label: string) => {
      const options = (text: string) =>
        text.split('\n').flatMap((line) => /^│ (?:❯| ) (\S.*?)\s+││/.exec(line)?.[1] ?? []);
      const place = (text: string) => options(text).findIndex((option) => option.startsWith(label));
      const text = await terminal.until((now) => place(now) >= 0);
      terminal.press(String(place(text) + 1));
      await terminal.until(/[✓✗] [+−]\d+/);
      return terminal.calm();
    };
    const wrong = await choose('Yours alone');
    // Node.js, which takes curl's place where there is none, refuses without an alert.
    if (/curl: “/.test(wrong)) expect(wrong).toMatch(/alert: unknown_ca/);
    expect(wrong).toMatch(/▍ (?:curl|Node\.js): “/);
    terminal.press('enter');
    for (const [step, label] of ['Yours, then', 'legacy 0303, extension 0304', '1302', 'HelloRetryRequest'].entries()) {
      await terminal.until(`step ${step + 1} of 4`);
      expect(await choose(label)).toMatch(/✓/);
      terminal.press('enter');
    }
    await terminal.until('You made it');
    terminal.press('m');
    await terminal.until(/A visitor from outside\s+★/);
    terminal.press('ctrl+c');
    expect(await terminal.ended()).toBe(0);
  });
});
