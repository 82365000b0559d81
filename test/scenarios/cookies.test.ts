// A cookie jar by RFC 6265 5, and the browser that keeps it.
import { describe, expect, it } from 'vitest';
import { type Browser, follow, submit, visit } from '../../src/scenarios/browser.ts';
import { cookieLine, type Jar, keepCookie } from '../../src/scenarios/cookies.ts';
import { httpResponse, parseHttp, readMessage } from '../../src/scenarios/http.ts';
import { run } from '../../src/scenarios/network.ts';
import { close, type Protocol, send } from '../../src/tls/effects.ts';

const url = (address: string) => new URL(address);
/** A jar after these Set-Cookie lines, each from an address. */
const jarOf = (...lines: readonly (readonly [from: string, line: string])[]): Jar =>
  lines.reduce<Jar>((jar, [from, line]) => keepCookie(jar, url(from), line), []);

describe('a cookie', () => {
  it.each([
    ['a=1', 'http://shop.example/', 'a=1'],
    ['a=1', 'https://shop.example/deep/er', 'a=1'],
    ['a=1', 'http://img.example/', undefined],
    ['a=1', 'http://www.shop.example/', undefined],
    ['a=1; Secure', 'http://shop.example/', undefined],
    ['a=1; secure', 'https://shop.example/', 'a=1'],
    ['a=1; HttpOnly; SameSite=Strict', 'http://shop.example/', 'a=1'],
    ['a=1; Path=/cart', 'http://shop.example/', undefined],
    ['a=1; Path=/cart', 'http://shop.example/cart', 'a=1'],
    ['a=1; Path=/cart', 'http://shop.example/cart/2', 'a=1'],
    ['a=1; Path=/cart', 'http://shop.example/carts', undefined],
    ['a=1; Path=cart', 'http://shop.example/', 'a=1'],
    ['  a = 1=2 ;Secure', 'https://shop.example/', 'a=1=2'],
    ['a', 'http://shop.example/', undefined],
    ['=1', 'http://shop.example/', undefined],
  ])('given as %j is brought to %s as %j', (line, to, brought) => {
    expect(cookieLine(jarOf(['https://shop.example/login', line]), url(to))).toBe(brought);
  });
  it('without a Path belongs to the folder that it came from', () => {
    const jar = jarOf(['http://shop.example/my/login', 'a=1']);
    expect(cookieLine(jar, url('http://shop.example/my/cart'))).toBe('a=1');
    expect(cookieLine(jar, url('http://shop.example/cart'))).toBeUndefined();
  });
  it('takes the place of an older one of its name, host and path', () => {
    const from = 'http://shop.example/';
    expect(cookieLine(jarOf([from, 'a=1'], [from, 'b=2'], [from, 'a=3']), url(from))).toBe('a=3; b=2');
    expect(cookieLine(jarOf([from, 'a=1'], [from, 'a=2; Path=/x']), url(`${from}x`))).toBe('a=2; a=1');
  });
});

/** What a site on each line is asked, when a person does `what` there. */
function asked(answers: Readonly<Record<string, string | undefined>>, what: (browser: Browser) => Protocol<unknown>) {
  const requests: string[] = [];
  function* site(): Protocol<void> {
    for (;;) {
      const request = yield* readMessage();
      if (!request) return yield* close();
      const { start, headers, body } = parseHttp(request);
      const line = start.replace(' HTTP/1.1', '');
      requests.push([line, headers.cookie, body].filter(Boolean).join(' | '));
      const answer = answers[line];
      if (answer === undefined) return yield* close();
      const [status = '', location = ''] = answer.split(' -> ');
      const given = location ? { Location: location, 'Set-Cookie': `at=${line.length}` } : {};
      yield* send(httpResponse(location ? status : '200 OK', given, location ? '' : answer).bytes);
    }
  }
  const browser: Browser = { jar: [], lineTo: () => 'peer' };
  let got: unknown;
  run(
    [
      {
        name: 'alice',
        protocol: (function* () {
          got = yield* what(browser);
          yield* close();
        })(),
      },
      { name: 'bob', protocol: site() },
    ],
    [
      {
        ends: [
          ['alice', 'peer'],
          ['bob', 'peer'],
        ],
      },
    ],
    ({ question }) => ({ answer: question.reference() }),
  );
  return { requests, got };
}

describe('the browser', () => {
  it('follows a redirect, and brings the cookie that came with it', () => {
    const { requests, got } = asked({ 'GET /': '301 Moved -> /new', 'GET /new': 'Here.' }, (browser) =>
      visit(browser, 'http://shop.example/'),
    );
    expect(requests).toEqual(['GET /', 'GET /new | at=5']);
    expect(got).toMatchObject({ status: '200 OK', html: 'Here.' });
  });
  it.each([
    ['301 Moved', 'GET /b | at=7'],
    ['303 See Other', 'GET /b | at=7'],
    ['307 Temporary', 'POST /b | at=7 | x=a+b%21'],
    ['308 Permanent', 'POST /b | at=7 | x=a+b%21'],
  ])('sends a form, and after a %s asks %j', (status, then) => {
    const answers = { 'GET /': '<form method="post" action="/a">', 'POST /a': `${status} -> /b` };
    const { requests } = asked(answers, function* (browser) {
      const page = yield* visit(browser, 'http://shop.example/');
      return page && (yield* submit(browser, page, { x: 'a b!' }));
    });
    expect(requests).toEqual(['GET /', 'POST /a | x=a+b%21', then]);
  });
  it('gives up where it is sent round in a circle', () => {
    const { requests, got } = asked({ 'GET /': '302 Found -> /' }, (browser) => visit(browser, 'http://shop.example/'));
    expect(got).toBeUndefined();
    expect(requests).toHaveLength(9);
  });
  it('follows a link by its text, fetches the images, and has nothing where nobody answers', () => {
    const answers = { 'GET /': '<img src="/i.png"><a href="/x">There</a>', 'GET /i.png': 'a picture' };
    const { requests, got } = asked(answers, function* (browser) {
      const page = yield* visit(browser, 'http://shop.example/');
      const nowhere = page && (yield* follow(browser, page, 'Elsewhere'));
      const there = page && (yield* follow(browser, page, 'There'));
      return [nowhere, there];
    });
    expect(requests).toEqual(['GET /', 'GET /i.png', 'GET /x']);
    expect(got).toEqual([undefined, undefined]);
  });
});
