// Mallory runs the café's gateway. She answers port 80 for Bob, or passes on, or sends people to an HTTPS of her own; what goes
// over port 443 she can pass on, and no more.
import * as z from 'zod';
import { close, decide, decisionPoint, over, type Protocol, receive, send, stack, tell } from '../tls/effects.ts';
import { passOn, replaying, together } from './actors.ts';
import type { GuestName } from './gatewayGuests.ts';
import { httpResponse, parseHttp, readMessage, site } from './http.ts';
import { shop } from './shopSite.ts';

const edit = z.enum(['links', 'secure']);
type Edit = z.output<typeof edit>;

const victims: readonly string[] = ['alice', 'carol', 'erin', 'nobody'];

export const gatewayPoints = {
  /** Whose port 80 to answer. The rule: of somebody whose browser has no entry for the shop, which is who comes for the first time. */
  chooseVictim: decisionPoint<{ readonly guests: readonly GuestName[] }>()(
    'mallory.chooseVictim',
    '6797 14.6',
    // A name or `nobody`. No enum: a level may say it by a word that the seed decides.
    z.strictObject({ id: z.string().refine((id) => victims.includes(id), `one of ${victims.join(', ')}`) }),
    () => ({ id: 'carol' }),
  ),
  /** Somebody asks on port 80. The rule: fetch over https, answer over http. */
  onPlainRequest: decisionPoint<{ readonly target: string }>()(
    'mallory.onPlainRequest',
    '6797 2.3.1.2',
    z.strictObject({ mode: z.enum(['proxy', 'pass', 'ownTls']) }),
    () => ({ mode: 'proxy' as const }),
  ),
  /** What to change in what Bob answers. The rule: everything that would lead back to https. */
  rewrite: decisionPoint<{ readonly page: string }>()(
    'mallory.rewrite',
    '6797 2.3.1.2',
    z.strictObject({ edits: z.array(edit).max(2) }),
    (): { edits: Edit[] } => ({ edits: ['links', 'secure'] }),
  ),
};

export interface Gateway {
  readonly guests: readonly GuestName[];
  /** Where one of several is chosen, the others only pass by. */
  readonly choosing: boolean;
  readonly clientTo: (link: string) => Protocol<unknown>;
  /** A server for Bob's name with a certificate of her own. */
  readonly ownServer: () => Protocol<unknown>;
}
/** Her links: `alice 80` and `alice 443` to a guest, `alice bob 80` and `alice bob 443` on to Bob, `alice own` for what she fetches herself. */
export function* runGateway(gateway: Gateway): Protocol<void> {
  const { guests, choosing } = gateway;
  const victim = choosing ? (yield* decide(gatewayPoints.chooseVictim, { guests })).id : 'alice';
  if (choosing) yield* tell({ what: 'kept', label: portOf(victim) });
  yield* together(
    ...guests.flatMap((guest) =>
      guest === victim ? attack(gateway, guest) : [relay(`${guest} 80`, `${guest} bob 80`), close(`${guest} own`)],
    ),
  );
}
/** What port 443 of a guest is called where it runs past Mallory. */
export const portOf = (guest: string): string => `port 443, ${guest}`;

/** Port 80 and port 443 of one guest, side by side. */
function attack(gateway: Gateway, guest: GuestName): Protocol<void>[] {
  const doing: { mode?: 'proxy' | 'pass' | 'ownTls' } = {};
  const sealed = gateway.choosing ? [] : [secure(gateway, guest, doing)];
  return [plain(gateway, guest, doing), ...sealed];
}

function* plain({ clientTo }: Gateway, guest: GuestName, doing: { mode?: string }): Protocol<void> {
  const link = `${guest} 80`;
  const first = yield* over(link, readMessage());
  if (!first) {
    yield* tell({ what: 'note', text: 'Nothing came over port 80. This browser went to https by itself.' });
  } else {
    const [, target = ''] = parseHttp(first).start.split(' ');
    const { mode } = yield* decide(gatewayPoints.onPlainRequest, { target });
    doing.mode = mode;
    switch (mode) {
      case 'pass':
        yield* close(`${guest} own`);
        yield* send(first, `${guest} bob 80`);
        return yield* relay(link, `${guest} bob 80`);
      case 'ownTls':
        yield* send(httpResponse('301 Moved Permanently', { Location: `https://${shop}/` }).bytes, link);
        break;
      case 'proxy':
        yield* over(`${guest} own`, stack(strip(first, link), clientTo(`${guest} own`)));
    }
  }
  for (const one of [link, `${guest} bob 80`, `${guest} own`]) yield* close(one);
}

/** Asks Bob under seal what the victim asks in the clear, and answers in the clear. */
function* strip(first: Uint8Array, link: string): Protocol<void> {
  let edits: readonly Edit[] | undefined;
  const told = new Set<string>();
  for (let request: Uint8Array | undefined = first; request; request = yield* over(link, readMessage())) {
    const { start, body } = parseHttp(request);
    if (/\bpass=/.test(body))
      yield* tell({ what: 'note', text: `${start.replace(' HTTP/1.1', '')} brought me: ${body}` });
    yield* send(request);
    const response = yield* readMessage();
    if (!response) break;
    edits ??= (yield* decide(gatewayPoints.rewrite, { page: parseHttp(response).body })).edits;
    for (const change of changes(response, edits)) {
      if (!told.has(change)) yield* tell({ what: 'note', text: change });
      told.add(change);
    }
    yield* send(edited(response, edits), link);
  }
  yield* close();
}

const secureFlag = /(Set-Cookie: [^\r\n]*?); Secure/;

function edited(response: Uint8Array, edits: readonly Edit[]): Uint8Array {
  let [head = '', body = ''] = splitHead(response);
  if (edits.includes('links')) {
    head = head.replaceAll('https://', 'http://');
    body = body.replaceAll('https://', 'http://');
  }
  if (edits.includes('secure')) head = head.replace(secureFlag, '$1');
  head = head.replace(/Content-Length: \d+/, `Content-Length: ${body.length}`);
  return Buffer.from(head + body, 'latin1');
}

/** What the edits change in it, in words. */
function changes(response: Uint8Array, edits: readonly Edit[]): string[] {
  const text = splitHead(response).join('');
  return [
    ...(edits.includes('links') && text.includes('https://') ? ['Where Bob wrote https:// it says http:// now.'] : []),
    ...(edits.includes('secure') && secureFlag.test(text) ? ['I took Secure off his cookie.'] : []),
  ];
}

function splitHead(response: Uint8Array): [string, string] {
  const text = Buffer.from(response).toString('latin1');
  const end = text.indexOf('\r\n\r\n') + 4;
  return [text.slice(0, end), text.slice(end)];
}

/** Passes on sealed records; or answers as Bob, with a certificate of her own, whoever was sent here for it. */
function* secure({ ownServer }: Gateway, guest: GuestName, doing: { mode?: string }): Protocol<void> {
  const link = `${guest} 443`;
  const first = yield* receive(link);
  if ('bytes' in first && doing.mode === 'ownTls') {
    yield* tell({ what: 'note', text: 'Here she is. I show the certificate that I made for shop.example.' });
    yield* over(link, replaying(first.bytes, stack(site(welcome), ownServer())));
    return yield* close(`${guest} bob 443`);
  }
  if ('end' in first) {
    yield* close(`${guest} bob 443`);
    return yield* close(link);
  }
  yield* tell({ what: 'note', text: 'She goes to port 443. From here on I carry sealed records.' });
  yield* send(first.bytes, `${guest} bob 443`);
  yield* relay(link, `${guest} bob 443`);
}

// biome-ignore lint/correctness/useYield: it asks nobody
function* welcome() {
  return httpResponse('200 OK', { 'Content-Type': 'text/html' }, '<h1>Welcome</h1>');
}

const relay = (one: string, other: string): Protocol<void> =>
  // biome-ignore lint/correctness/useYield: it only passes on
  passOn(one, other, function* (_from, bytes) {
    return bytes;
  });
