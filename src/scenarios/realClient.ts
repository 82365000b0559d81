// Bob serves a page to a client that is curl, where the level is played live.
import * as z from 'zod';
import { client } from '../tls/client.ts';
import { close, decide, decisionPoint, type Protocol, receive, send, stack, tell, type Told } from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy, named } from '../tls/entropy.ts';
import { identity, server, serverPoints } from '../tls/server.ts';
import { delivered, protocolFacts } from './facts.ts';
import { type HttpMessage, httpRequest, httpResponse, parseHttp, readMessage, site } from './http.ts';
import { bob, browserJudge } from './people.ts';
import { programWords, type RealClient } from './realPeer.ts';
import { type RealAuthority, realAuthority } from './realSites.ts';
import type { Scenario } from './scenario.ts';
import { menuOf, menuWords } from './tls13Exchange.ts';

const host = 'shop.example';
const path = '/offers';

const files = ['leaf', 'leaf-intermediate', 'leaf-intermediate-root', 'intermediate-leaf'] as const;
export const keeperPoints = {
  /** The certificates in the file that the server sends. The rule: its own first, then all that lead to a root. */
  certificateFile: decisionPoint<object>()(
    'server.certificateFile',
    '8446 4.4.2',
    z.strictObject({ file: z.enum(files) }),
    () => ({ file: 'leaf-intermediate' as const }),
  ),
};

export const realClient: Scenario<object> = {
  name: 'real-client',
  setup: z.strictObject({}),
  points: [...Object.values(keeperPoints), ...Object.values(serverPoints)],
  words: ['host', ...menuWords, ...programWords],
  vocabulary: {
    delivered: [['page', 'visitor']],
    aborted: [
      ['visitor', 'any'],
      ['bob', 'any'],
    ],
  },
  scene(_setup, draw) {
    const authority = realAuthority(named(draw, 'trusted'));
    const menu = menuOf(draw);
    const page = pageOf(draw);
    const real: RealClient = {
      plays: 'client',
      actor: 'visitor',
      host,
      path,
      anchors: [authority.root],
      suites: menu.suites.filter((suite) => suite >> 8 === 0x13),
      groups: menu.groups,
      got,
    };
    return {
      cast: [
        { actor: 'visitor', role: 'client', name: '{program}', title: '{program}, a real one' },
        { ...bob, title: 'Bob, shop.example' },
      ],
      actors: [
        {
          name: 'visitor',
          protocol: stack(
            visit(real),
            client({
              host,
              entropy: named(draw, 'visitor'),
              judge: browserJudge(real.anchors),
              versions: [0x0304, 0x0303],
              suites: menu.suites,
              groups: menu.groups,
              shares: [menu.shared],
            }),
          ),
        },
        { name: 'bob', protocol: keep(authority, page, named(draw, 'bob')) },
      ],
      wires: [
        {
          ends: [
            ['visitor', 'peer'],
            ['bob', 'peer'],
          ],
        },
      ],
      words: { host, ...menu.words, program: 'curl', version: 'curl' },
      facts: (events) => [...delivered(events, 'visitor', 'page', Buffer.from(page.body)), ...protocolFacts(events)],
      real,
    };
  },
};

const got = (page: Uint8Array): Told => ({ what: 'acted', action: 'page', bytes: page });

/** What stands in for curl: asks, and takes the page where it came whole. */
function* visit({ got: gotten }: RealClient): Protocol<void> {
  yield* send(httpRequest('GET', path, { Host: host, Accept: '*/*' }).bytes);
  const answer = yield* readMessage();
  yield* close();
  if (answer) yield* tell(gotten(Buffer.from(parseHttp(answer).body, 'latin1')));
  else while (!('end' in (yield* receive())));
}

/** The file is put in its place before anybody calls. */
function* keep({ root, intermediate, issueFor }: RealAuthority, page: Page, entropy: Entropy): Protocol<void> {
  const { file } = yield* decide(keeperPoints.certificateFile, {});
  const { chain, key } = issueFor(host, 'intermediate');
  const leaf = chain.slice(0, 1);
  const chains = {
    leaf,
    'leaf-intermediate': chain,
    'leaf-intermediate-root': [...chain, root],
    'intermediate-leaf': [intermediate, ...leaf],
  };
  yield* stack(site(page.answer), server({ entropy, identify: () => identity(chains[file], key) }));
}

interface Page {
  readonly body: string;
  readonly answer: (request: Uint8Array) => Protocol<HttpMessage>;
}
function pageOf(draw: Entropy): Page {
  const item = drawOne(draw, 'item', ['lantern', 'compass', 'rain coat', 'tea pot', 'bicycle bell']);
  const body = `Today at ${host}: one ${item} for ${2 + drawNumber(draw, 'price', 40)}.${10 + drawNumber(draw, 'cents', 90)}\n`;
  return {
    body,
    // biome-ignore lint/correctness/useYield: it asks nobody
    *answer(request) {
      return parseHttp(request).start.startsWith(`GET ${path} `)
        ? httpResponse('200 OK', { 'Content-Type': 'text/plain' }, body)
        : httpResponse('404 Not Found', {}, 'No such page.\n');
    },
  };
}
