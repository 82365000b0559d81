// Eve is Alice's internet provider. Everything that Alice sends on two evenings passes her wires, sealed or not; then a court
// asks what she can testify.
import * as z from 'zod';
import { clientPoints } from '../tls/client.ts';
import { close, over, type Protocol, receive, stack } from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy, named } from '../tls/entropy.ts';
import { contentLimit, tagLength } from '../tls/record.ts';
import { serverPoints } from '../tls/server.ts';
import { together } from './actors.ts';
import { type Address, addressText, lookUp, lookUpOverHttps, resolver, resolverOverHttps } from './dns.ts';
import { contains, holds, protocolFacts, viewFor } from './facts.ts';
import { ask, parseHttp, site } from './http.ts';
import type { Event, Wire } from './network.ts';
import { alice, bob, certificates, eve, tlsClient, tlsServer } from './people.ts';
import {
  answersIn,
  type Evening,
  fitting,
  linksOf,
  type Piece,
  providerPoints,
  testify,
  type Weighed,
} from './providerEve.ts';
import { pageRequest, pageRoles, responseTo, type Site, siteOf } from './providerSite.ts';
import type { Fact, Scenario } from './scenario.ts';

const trusted = 'dns.example';

export const provider: Scenario<Record<string, never>> = {
  name: 'provider',
  setup: z.strictObject({}),
  points: [...Object.values(providerPoints), ...Object.values(clientPoints), ...Object.values(serverPoints)],
  words: ['host', 'plain-day', 'sealed-day', 'size', ...pageRoles.flatMap((role) => [role, `${role}-size`])],
  vocabulary: {
    found: ['host', 'times-and-sizes', 'proof', 'host-again', 'page'].map((what) => ['eve', what] as const),
    guessed: ['path', 'words', 'page', 'any'].map((what) => ['eve', what] as const),
  },
  scene(_given, draw) {
    const { root, issueFor } = certificates(draw);
    const here = siteOf(draw);
    const place: Address = [203, 0, 113, 10 + drawNumber(draw, 'address', 200)];
    const evenings = eveningsOf(draw);
    const tls = (host: string, name: string) => tlsClient({ host, entropy: named(draw, name), anchors: [root] });
    const served = (host: string, name: string) => tlsServer(issueFor(host), { entropy: named(draw, name) });
    const pages = (link: string) => over(link, stack(site(answering), served(here.host, `bob ${link}`)));
    // biome-ignore lint/correctness/useYield: it asks nobody
    const answering = function* (request: Uint8Array) {
      return responseTo(here, request);
    };
    const [plain, sealed] = evenings[0].sealedNames ? [evenings[1], evenings[0]] : evenings;
    return {
      cast: [
        { ...alice, title: 'Alice’s laptop' },
        { ...eve, title: 'Eve, the provider' },
        { ...bob, title: here.host },
        { actor: 'resolver', role: 'server', name: 'DNS', title: 'a resolver', beside: 'bob' },
        { actor: 'other resolver', role: 'server', name: 'DNS', title: trusted, beside: 'bob' },
      ],
      actors: [
        { name: 'alice', protocol: twoEvenings(evenings, here, tls) },
        {
          name: 'eve',
          protocol: testify({
            evenings,
            address: addressText(place),
            alice: `192.0.2.${10 + drawNumber(draw, 'line', 200)}`,
            tls: (host) => tls(host, 'eve'),
          }),
        },
        {
          name: 'resolver',
          protocol: over(
            linksOf(plain).names,
            resolver(() => place),
          ),
        },
        {
          name: 'other resolver',
          protocol: over(
            linksOf(sealed).names,
            stack(
              resolverOverHttps(() => place),
              served(trusted, 'resolver'),
            ),
          ),
        },
        { name: 'bob', protocol: together(...evenings.map((evening) => pages(linksOf(evening).web)), pages('own')) },
      ],
      wires: [
        ...evenings.flatMap(wiresOf),
        {
          ends: [
            ['eve', 'night'],
            ['alice', 'night'],
          ],
          label: 'night',
        },
        {
          ends: [
            ['eve', 'own'],
            ['bob', 'own'],
          ],
          label: ownLabel,
        },
      ],
      words: {
        host: here.host,
        'plain-day': plain.day,
        'sealed-day': sealed.day,
        ...wordsOf(here),
      },
      facts: (events) => facts(events, here, evenings),
    };
  },
};

const webLabel = ({ day }: Evening) => `${day}, port 443`;
const ownLabel = 'her own visit, port 443';

/** On one of two evenings Alice's browser asks a resolver over HTTPS. */
function eveningsOf(draw: Entropy): readonly [Evening, Evening] {
  const [one, other] = drawOne<readonly [string, string]>(draw, 'days', [
    ['Monday', 'Thursday'],
    ['Tuesday', 'Friday'],
    ['Wednesday', 'Sunday'],
  ]);
  const sealedFirst = drawOne(draw, 'first evening', [true, false]);
  const clock = (label: string) =>
    `${19 + drawNumber(draw, `${label} hour`, 4)}:${10 + drawNumber(draw, `${label} minute`, 50)}`;
  return [
    { name: 'first', day: one, clock: clock('first'), sealedNames: sealedFirst },
    { name: 'second', day: other, clock: clock('second'), sealedNames: !sealedFirst },
  ];
}

/** Two evenings, two pages. */
const pageOn = ({ sealedNames }: Evening, { read, far }: Site) => (sealedNames ? read : far);

function* twoEvenings(
  evenings: readonly [Evening, Evening],
  here: Site,
  tls: (host: string, name: string) => Protocol<unknown>,
): Protocol<void> {
  for (const evening of evenings) {
    const { names, web } = linksOf(evening);
    if (evening.sealedNames)
      yield* over(names, stack(lookUpOverHttps(here.host, trusted), tls(trusted, `alice ${names}`)));
    else {
      yield* over(names, lookUp(here.host, 1));
      yield* close(names);
    }
    yield* over(web, stack(ask(pageRequest(here, pageOn(evening, here).path, true)), tls(here.host, `alice ${web}`)));
    if (evening.name === 'first') yield* receive('night');
  }
}

function wiresOf(evening: Evening): readonly Wire[] {
  const { names, web } = linksOf(evening);
  const tapped = (link: string, to: string, label: string): Wire => ({
    ends: [
      ['alice', link],
      [to, link],
    ],
    taps: [['eve', link]],
    label,
  });
  return [
    evening.sealedNames
      ? tapped(names, 'other resolver', `${evening.day}, ${trusted}, port 443`)
      : tapped(names, 'resolver', `${evening.day}, port 53`),
    tapped(web, 'bob', webLabel(evening)),
  ];
}

/** The pages, and how many sealed bytes each comes in: what Alice got, and what a stranger gets. */
function wordsOf(here: Site): Record<string, string> {
  const size = (path: string, known: boolean) =>
    sealedSize(responseTo(here, pageRequest(here, path, known).bytes).bytes);
  return {
    size: size(here.read.path, true),
    ...Object.fromEntries(
      pageRoles.flatMap((role) => [
        [role, here[role].path],
        [`${role}-size`, size(here[role].path, false)],
      ]),
    ),
  };
}
/** Each record has a header of five bytes, and inside a type and a tag (RFC 8446 5.2). */
const sealedSize = ({ length }: Uint8Array): string =>
  String(length + Math.ceil(length / contentLimit) * (5 + 1 + tagLength));

function facts(events: readonly Event[], here: Site, evenings: readonly [Evening, Evening]): Fact[] {
  const page = pageOn(evenings[0], here);
  const truth = { host: here.host, path: page.path, words: page.html, page: here.read.path };
  return [
    ...events.flatMap((event, at) => saidIn(event, events.slice(0, at), truth, evenings)),
    ...protocolFacts(events),
  ];
}

/** What Eve said, held against what she had on her wires when she said it. */
function saidIn(
  event: Event,
  before: readonly Event[],
  truth: Readonly<Record<'host' | 'path' | 'words' | 'page', string>>,
  evenings: readonly Evening[],
): readonly Fact[] {
  if (event.what !== 'acted' || event.by !== 'eve') return [];
  const said = Buffer.from(event.bytes).toString();
  const knew = (text: string) => contains(holds('eve', before), Buffer.from(text));
  switch (event.action) {
    case 'testified': {
      const supported =
        said === 'times-and-sizes' ? cameBack(before, evenings[0]) > 0 : knew(truth[said as keyof typeof truth]);
      return supported ? [found(said)] : guessed(said);
    }
    case 'proved':
      return said === truth.host && knew(said) ? [found('proof')] : [];
    case 'named':
      return said === truth.host && knew(said) ? [found('host-again')] : [];
    case 'said': {
      if (said === 'none') return [];
      const fits = fitting(
        cameBack(
          before,
          evenings.find(({ sealedNames }) => sealedNames),
        ),
        weighed(before),
      ).map(({ path }) => path);
      return fits.length === 1 && fits[0] === said && said === truth.page ? [found('page')] : guessed('page');
    }
    default:
      return [];
  }
}

/** How many sealed bytes the site's longest answer of that evening had, on Eve's wires. */
function cameBack(events: readonly Event[], evening: Evening | undefined): number {
  const pieces = evening ? piecesOn(webLabel(evening), events) : [];
  return Math.max(0, ...answersIn(pieces));
}
const piecesOn = (label: string, events: readonly Event[]): readonly Piece[] =>
  viewFor('eve', events).flatMap((event): Piece[] =>
    event.what === 'wire' && event.label === label
      ? [{ from: event.to === 'bob' ? 'asker' : 'site', bytes: event.bytes }]
      : [],
  );

/** The pages that she fetched: what she asked for, and how many sealed bytes came on her own line for it. */
function weighed(events: readonly Event[]): readonly Weighed[] {
  const paths = events.flatMap((event) =>
    event.by === 'eve' && event.what === 'data' && event.direction === 'sent'
      ? [parseHttp(event.bytes).start.split(' ')[1] ?? '']
      : [],
  );
  const sizes = answersIn(piecesOn(ownLabel, events));
  return paths.map((path, index) => ({ path, size: sizes[index] ?? 0 }));
}

const found = (what: string): Fact => ({ kind: 'found', who: 'eve', what });
const guessed = (what: string): Fact[] => [what, 'any'].map((one) => ({ kind: 'guessed', who: 'eve', what: one }));
