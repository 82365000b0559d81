// A site with three public pages, each of another length, and what Alice's browser asks it for.
import { drawNumber, drawOne, type Entropy, named, shuffle } from '../tls/entropy.ts';
import { type HttpMessage, httpRequest, httpResponse, parseHttp } from './http.ts';

interface PublicPage {
  readonly path: string;
  /** Without the line that greets. */
  readonly html: string;
}
export const pageRoles = ['read', 'near', 'far'] as const;
export interface Site {
  readonly host: string;
  /** The page that Alice reads, one that is nearly as long, and one that is not. */
  readonly read: PublicPage;
  readonly near: PublicPage;
  readonly far: PublicPage;
  /** In the order of the menu. */
  readonly pages: readonly PublicPage[];
  /** By this Bob knows Alice again; strangers have none. */
  readonly cookie: string;
  readonly user: string;
}

export function siteOf(draw: Entropy): Site {
  const { host, paths } = drawOne(draw, 'site', [
    { host: 'museum.example', paths: ['/lamps', '/sea-charts', '/clocks'] },
    { host: 'library.example', paths: ['/poems', '/law', '/travel'] },
    { host: 'clinic.example', paths: ['/sleep', '/back-pain', '/allergies'] },
  ]);
  const [one = '', two = '', three = ''] = shuffle(draw, 'who is who', paths);
  const sentences = 500 + drawNumber(draw, 'sentences', 400);
  const [nearer = 1, farther = -1] = shuffle(draw, 'shorter or longer', [1, -1]);
  const page = (path: string, length: number): PublicPage => ({
    path,
    html: `<h1>${path.slice(1).replace('-', ' ')}</h1>${textOf(named(draw, path), length)}`,
  });
  const read = page(one, sentences);
  const near = page(two, sentences + nearer * (40 + drawNumber(draw, 'nearly as long', 50)));
  const far = page(three, sentences + farther * (200 + drawNumber(draw, 'much longer', 120)));
  return {
    host,
    read,
    near,
    far,
    pages: paths.flatMap((path) => [read, near, far].filter((other) => other.path === path)),
    cookie: `visitor=${Buffer.from(draw('visitor', 12)).toString('hex')}`,
    user: drawOne(draw, 'user', ['alice', 'alice.m', 'alice77']),
  };
}

const adjectives = ['old', 'small', 'quiet', 'bright', 'long', 'round', 'early', 'plain'];
const nouns = [
  'night',
  'harbour',
  'book',
  'garden',
  'road',
  'window',
  'letter',
  'summer',
  'bell',
  'river',
  'table',
  'sea',
];
const verbs = ['follows', 'carries', 'opens', 'keeps', 'ends', 'crosses', 'answers', 'begins'];

/** So many sentences of running text, in paragraphs. */
function textOf(draw: Entropy, sentences: number): string {
  const paragraphs: string[] = [];
  for (let left = sentences, number = 0; left > 0; left -= 24, number++) {
    const drawn = draw(`paragraph ${number}`, Math.min(left, 24) * 4);
    const of = (list: readonly string[], at: number) => list[(drawn[at] ?? 0) % list.length];
    const text = Array.from({ length: drawn.length / 4 }, (_, index) => {
      const at = index * 4;
      return `The ${of(adjectives, at)} ${of(nouns, at + 1)} ${of(verbs, at + 2)} the ${of(nouns, at + 3)}.`;
    });
    paragraphs.push(`<p>${text.join(' ')}</p>`);
  }
  return paragraphs.join('\n');
}

/** What a browser asks for; one that was here before brings its cookie along. */
export const pageRequest = (
  { host, cookie }: Pick<Site, 'host' | 'cookie'>,
  path: string,
  known: boolean,
): HttpMessage => httpRequest('GET', path, { Host: host, ...(known ? { Cookie: cookie } : {}) });

/** What is answered: a public page, with a greeting for whom the site knows; `/` is the menu. */
export function responseTo({ pages, cookie, user }: Site, request: Uint8Array): HttpMessage {
  const { start, headers } = parseHttp(request);
  if (start === 'GET / HTTP/1.1')
    return html(pages.map(({ path }) => `<a href="${path}">${path.slice(1)}</a>`).join(' '));
  const page = pages.find(({ path }) => start === `GET ${path} HTTP/1.1`);
  if (!page) return httpResponse('404 Not Found', { 'Content-Type': 'text/plain' }, 'No such page.\n');
  const greeting = headers.cookie === cookie ? `Good evening, ${user}. Your last visit was in April.` : 'Good evening.';
  return html(`<p>${greeting}</p>${page.html}`);
}
const html = (body: string): HttpMessage => httpResponse('200 OK', { 'Content-Type': 'text/html' }, body);
