// What Alice trusts of her own accord: a disk that signed for itself, a company's CA, and a pin. Mallory is there each time.
import { createHash, X509Certificate } from 'node:crypto';
import * as z from 'zod';
import type { Issued } from '../pki/authority.ts';
import { type Certifier, certifier, selfSigned } from '../pki/certifier.ts';
import { judge } from '../pki/judge.ts';
import type { Finding } from '../tls/authentication.ts';
import { close, decide, decisionPoint, over, type Protocol, send, tell } from '../tls/effects.ts';
import { drawNumber, drawOne, type Entropy, named } from '../tls/entropy.ts';
import { remember } from '../tls/remember.ts';
import { together } from './actors.ts';
import { delivered, learned, protocolFacts } from './facts.ts';
import { type HttpMessage, httpRequest, httpResponse, parseHttp, readMessage } from './http.ts';
import { book } from './orders.ts';
import { alice, bob, mallory, today } from './people.ts';
import type { Story } from './trust.ts';
import { cable, fooledFacts, hostsOf, orderOf, type Shown, serving, take, visit } from './visits.ts';

const hosts = { disk: 'disk.example', wiki: 'wiki.example', shop: 'shop.example' } as const;
const files = ['ca-certificate', 'wiki-certificate', 'ca-private-key'] as const;
const pins = ['public-key', 'certificate', 'name', 'ca-key'] as const;

const points = {
  /** A certificate that nobody signed but its owner. The rule: as it is known from elsewhere. */
  onSelfSigned: decisionPoint<{ readonly host: string }>()(
    'client.onSelfSigned',
    '5280 3.2',
    z.strictObject({ rule: z.enum(['label', 'accept', 'first-use', 'signature']) }),
    () => ({ rule: 'label' as const }),
  ),
  /** Which of the files that a company sends goes into the store. */
  installAnchor: decisionPoint<{ readonly host: string }>()(
    'client.installAnchor',
    '5280 6.1.1',
    z.strictObject({ file: z.enum(files) }),
    () => ({ file: 'ca-certificate' as const }),
  ),
  /** What must be in a chain beside a path. */
  choosePin: decisionPoint<{ readonly host: string }>()(
    'client.choosePin',
    '7469 2.4',
    z.strictObject({ pin: z.enum(pins) }),
    () => ({ pin: 'public-key' as const }),
  ),
};

export const anchors: Story = {
  points: Object.values(points),
  wordNames: ['label-print', 'her-print', 'rogue'],
  vocabulary: {
    delivered: [
      ['backup', 'disk'],
      ['page-2', 'alice'],
      ['order-2', 'bob'],
    ],
    accepted: [['alice', 'mallory']],
    learned: [
      ['mallory', 'backup'],
      ['mallory', 'order-3'],
    ],
    aborted: [
      ['alice', 'any'],
      ['alice', 'unknown_ca'],
      ['alice', 'bad_certificate'],
    ],
  },
  words(draw) {
    const { disk, herDisk, rogue } = homeOf(draw);
    return { 'label-print': printOf(disk), 'her-print': printOf(herDisk), rogue: rogue.name };
  },
  scene(draw) {
    const home = homeOf(draw);
    const backup = backupOf(draw);
    const order = (number: number) => orderOf(draw, `order-${number}`, hosts.shop);
    const page = pageOf(draw, 2);
    const own = (name: string) => named(draw, name);
    return {
      cast: [
        { ...alice, title: 'Alice’s laptop' },
        { ...mallory, seems: { role: 'server', name: 'Server', title: 'whoever answers' } },
        bob,
        { actor: 'disk', role: 'server', name: 'disk', title: hosts.disk, beside: 'bob' },
        { actor: 'wiki', role: 'server', name: 'wiki', title: hosts.wiki, beside: 'bob' },
      ],
      actors: [
        { name: 'alice', protocol: usingAll(draw, home) },
        {
          name: 'mallory',
          protocol: together(
            serving('visit 1', home.herDisk, take, own('mallory')),
            steal(home, own('mallory')),
            serving('visit 7', home.herShop, take, own('mallory')),
          ),
        },
        { name: 'disk', protocol: serving('visit 2', home.disk, keep, own('disk')) },
        {
          name: 'wiki',
          protocol: together(
            serving('visit 3', home.wiki, show(pageOf(draw, 1)), own('wiki')),
            serving('visit 4', home.renewedWiki, show(page), own('wiki')),
          ),
        },
        {
          name: 'bob',
          protocol: together(
            serving('visit 6', home.shop, book, own('bob')),
            serving('visit 8', home.renewedShop, book, own('bob')),
          ),
        },
      ],
      wires: [
        ...(
          [
            [1, 'mallory'],
            [2, 'disk'],
            [3, 'wiki'],
            [4, 'wiki'],
            [5, 'mallory'],
            [6, 'bob'],
            [7, 'mallory'],
            [8, 'bob'],
          ] as const
        ).map(([number, to]) => cable(`visit ${number}`, to)),
        cable('stolen', 'mallory', 'the laptop, stolen'),
      ],
      facts: (events) => [
        ...delivered(events, 'disk', 'backup', Buffer.from(backup)),
        ...delivered(events, 'alice', 'page', Buffer.from(page), 'page-2'),
        ...delivered(events, 'bob', 'order', order(2).secret, 'order-2'),
        ...learned('mallory', events, { backup: Buffer.from(backup), 'order-3': order(3).secret }),
        ...fooledFacts(events),
        ...protocolFacts(events),
      ],
    };
  },
};

// ---- what is there --------------------------------------------------------------------------------------------------

interface Home {
  readonly disk: Issued;
  readonly herDisk: Issued;
  readonly company: Certifier;
  readonly wiki: Issued;
  /** With another key. */
  readonly renewedWiki: Issued;
  readonly root: Certifier;
  readonly shopCa: Certifier;
  readonly shop: Issued;
  /** With the same key. */
  readonly renewedShop: Issued;
  /** A root in the store that signs for Mallory, too. */
  readonly rogue: Certifier;
  readonly herShop: Issued;
}
const homeOf = (draw: Entropy): Home => homes(Buffer.from(draw('anchors', 8)).toString('hex'), () => build(draw));
const homes = remember<Home>(16);
function build(draw: Entropy): Home {
  const own = named(draw, 'anchors');
  const company = certifier(own, 'Exampletown Works CA', today);
  const root = certifier(own, 'Quest Root X1', today);
  const shopCa = certifier(own, 'Quest Intermediate A1', today, root);
  const rogue = certifier(
    own,
    drawOne(draw, 'rogue', ['Lazy Root L1', 'Cheap Certs Root C2', 'Quick Sign Root Q3']),
    today,
  );
  const leaf = (host: string) => ({ subject: host, names: [host] });
  return {
    disk: selfSigned(named(draw, 'disk'), hosts.disk, today),
    herDisk: selfSigned(named(draw, 'mallory'), hosts.disk, today),
    company,
    wiki: company.certify('wiki', leaf(hosts.wiki)),
    renewedWiki: company.certify('new wiki', leaf(hosts.wiki)),
    root,
    shopCa,
    shop: shopCa.certify('shop', leaf(hosts.shop)),
    renewedShop: shopCa.certify('shop', { ...leaf(hosts.shop), serial: 'renewed shop' }),
    rogue,
    herShop: rogue.certify('shop', leaf(hosts.shop)),
  };
}

const fingerprint = (der: Uint8Array): string => createHash('sha256').update(der).digest('hex');
/** The first four bytes of the fingerprint, as a label has them. */
const printOf = ({ chain: [leaf = new Uint8Array(0)] }: Pick<Issued, 'chain'>): string =>
  fingerprint(leaf)
    .slice(0, 8)
    .replace(/..(?=.)/g, '$& ');

const backupOf = (draw: Entropy): string =>
  `diary=${drawOne(draw, 'diary', ['the+treasure+is+under+the+oak', 'I+will+move+to+the+sea', 'the+cake+was+bought'])}+${drawNumber(draw, 'page', 900)}`;
const pageOf = (draw: Entropy, number: number): string =>
  `Page ${number}: the door code is ${1000 + drawNumber(draw, `door ${number}`, 9000)}.\n`;

// ---- the servers ----------------------------------------------------------------------------------------------------

function* keep(request: Uint8Array): Protocol<HttpMessage> {
  yield* tell({ what: 'acted', action: 'backup', bytes: Buffer.from(parseHttp(request).body, 'latin1') });
  return httpResponse('201 Created', {});
}

const show = (page: string) =>
  // biome-ignore lint/correctness/useYield: it asks nobody
  function* (): Protocol<HttpMessage> {
    return httpResponse('200 OK', { 'Content-Type': 'text/plain' }, page);
  };

/** Mallory with the stolen laptop: if a CA's private key is on it, she signs a certificate for the wiki with it. */
function* steal({ company }: Home, entropy: Entropy): Protocol<void> {
  const found = yield* over('stolen', readMessage());
  if (!found) return;
  yield* close('stolen');
  const hasKey = parseHttp(found).body.includes('PRIVATE KEY');
  yield* tell({
    what: 'note',
    text: hasKey ? 'The key of the company’s CA. Now I sign for it.' : 'Only certificates. They sign nothing.',
  });
  const signer = hasKey ? company : certifier(entropy, company.name, today);
  const issued = signer.certify('mallory wiki', { subject: hosts.wiki, names: [hosts.wiki] });
  yield* serving('visit 5', issued, take, entropy);
}

// ---- Alice ----------------------------------------------------------------------------------------------------------

type Judging = (shown: Shown) => Protocol<readonly Finding[]>;

function* usingAll(draw: Entropy, home: Home): Protocol<void> {
  yield* calls(draw, home);
  yield* close('stolen');
}

/** Ends where something did not go through that should have. */
function* calls(draw: Entropy, home: Home): Protocol<void> {
  const call = (number: number, host: string, request: HttpMessage, judged: Judging) =>
    visit({ number, host, request, entropy: named(draw, `alice ${number}`), judge: judged });
  const backup = backupOf(draw);
  const put = httpRequest('PUT', '/backup', { Host: hosts.disk, 'Content-Length': String(backup.length) }, backup);
  const disk = judgeDisk(home);
  for (const number of [1, 2]) if (!(yield* call(number, hosts.disk, put, disk)) && number === 2) return;
  const { file } = yield* decide(points.installAnchor, { host: hosts.wiki });
  const wiki = judgeWiki(file, home);
  const get = httpRequest('GET', '/', { Host: hosts.wiki });
  for (const number of [3, 4]) {
    const page = yield* call(number, hosts.wiki, get, wiki);
    if (!page) return;
    yield* tell({ what: 'acted', action: 'page', bytes: Buffer.from(parseHttp(page).body, 'latin1') });
  }
  yield* laptopIsStolen(file, home);
  yield* call(5, hosts.wiki, get, wiki);
  const shop = judgeShop(home);
  for (const number of [6, 7, 8]) {
    const { request } = orderOf(draw, `order-${number === 8 ? 2 : number === 6 ? 1 : 3}`, hosts.shop);
    yield* call(number, hosts.shop, request, shop);
  }
}

/** What lies in the store, for whoever opens the machine. */
function* laptopIsStolen(file: (typeof files)[number], { company, wiki }: Home): Protocol<void> {
  const pem = (der: Uint8Array = new Uint8Array(0)) => new X509Certificate(der).toString();
  const contents = {
    'ca-certificate': () => pem(company.certificate),
    'wiki-certificate': () => pem(wiki.chain[0]),
    'ca-private-key': () => `${pem(company.certificate)}${company.key.export({ type: 'pkcs8', format: 'pem' })}`,
  };
  const body = contents[file]();
  const headers = { Host: 'mallory.example', 'Content-Length': String(body.length) };
  yield* send(httpRequest('PUT', '/store.pem', headers, body).bytes, 'stolen');
}

const besides = ({ chain, host }: Shown): readonly Finding[] =>
  judge(chain, { host, anchors: [], now: today }).filter(({ name }) => name !== 'path');

/** The same rule at each call; what was seen first is remembered. */
function judgeDisk({ disk }: Home): Judging {
  const label = fingerprint(disk.chain[0] ?? new Uint8Array(0));
  let rule: 'label' | 'accept' | 'first-use' | 'signature' | undefined;
  let first: string | undefined;
  return function* (shown) {
    const [leaf = new Uint8Array(0)] = shown.chain;
    rule ??= (yield* decide(points.onSelfSigned, { host: hosts.disk })).rule;
    const seen = fingerprint(leaf);
    first ??= seen;
    const x509 = new X509Certificate(leaf);
    const holds = {
      label: seen === label,
      accept: true,
      'first-use': seen === first,
      signature: x509.verify(x509.publicKey),
    }[rule];
    yield* tell({ what: 'note', text: `Fingerprint: ${printOf({ chain: [leaf] })} ...` });
    return [{ name: rule, holds, says: 'the certificate is another', alert: 'bad_certificate' }, ...besides(shown)];
  };
}

const judgeWiki = (file: (typeof files)[number], { company, wiki }: Home): Judging =>
  // biome-ignore lint/correctness/useYield: it asks nobody
  function* (shown) {
    if (file !== 'wiki-certificate')
      return judge(shown.chain, { host: shown.host, anchors: [company.certificate], now: today });
    const holds = Buffer.from(shown.chain[0] ?? []).equals(wiki.chain[0] ?? new Uint8Array(0));
    const path: Finding = { name: 'path', holds, says: 'no path leads to the store', alert: 'unknown_ca' };
    return [path, ...besides(shown)];
  };

/** A path to one of two roots, and the pin. */
function judgeShop({ root, rogue, shop, shopCa }: Home): Judging {
  let pin: (typeof pins)[number] | undefined;
  const [pinned = new Uint8Array(0)] = shop.chain;
  const keyOf = (der: Uint8Array) => new X509Certificate(der).publicKey.export({ type: 'spki', format: 'der' });
  return function* (shown) {
    pin ??= (yield* decide(points.choosePin, { host: hosts.shop })).pin;
    const [leaf = new Uint8Array(0), ...others] = shown.chain;
    const holds = {
      'public-key': () => keyOf(leaf).equals(keyOf(pinned)),
      certificate: () => Buffer.from(leaf).equals(pinned),
      name: () => hostsOf(leaf).includes(hosts.shop),
      'ca-key': () => others.some((der) => keyOf(der).equals(keyOf(shopCa.certificate))),
    }[pin]();
    const store = [root.certificate, rogue.certificate];
    return [
      ...judge(shown.chain, { host: shown.host, anchors: store, now: today }),
      { name: `pin: ${pin}`, holds, says: 'the pin does not fit', alert: 'bad_certificate' },
    ];
  };
}
