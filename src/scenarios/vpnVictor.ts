// Victor runs the far end of the tunnel: he opens what comes through it, and carries it on. Where a customer has taken his root,
// his box answers as the site that was called.
import { close, type Link, over, type Protocol, receive, send, stack, tell } from '../tls/effects.ts';
import { findExtension } from '../tls/messages/extensions.ts';
import { passOn, replaying, together } from './actors.ts';
import { describeDns } from './dns.ts';
import { describeHttp, type HttpMessage, httpResponse, parseHttp, readMessage, site } from './http.ts';
import { helloIn } from './overhear.ts';

export interface Box {
  readonly customer: string;
  /** His root, for whoever asks for it. */
  readonly root: Uint8Array;
  /** A TLS server that shows a certificate for that host, signed a moment ago. */
  readonly signsFor: (host: string) => Protocol<unknown>;
  /** A TLS client that goes on to the true one. */
  readonly callsOn: (host: string) => Protocol<unknown>;
}

/** Inside the tunnel. Each `in x` goes on over his own line `x`; what is for himself he answers. */
export function* runBox(box: Box): Protocol<void> {
  const doing = { intercepts: false };
  yield* together(
    ...['dns', 'open dns', 'forum', 'shop 80'].map((link) => carry(box, link)),
    over(
      'in vpn',
      site((request) => handOut(box, request, doing)),
    ),
    secure(box, doing),
  );
}

const carry = ({ customer }: Box, link: Link, first?: Uint8Array): Protocol<void> => {
  const carried = passOn(`in ${link}`, link, function* (from, bytes) {
    if (from !== link) yield* noteRead(customer, bytes);
    return bytes;
  });
  return first ? replaying(first, carried, `in ${link}`) : carried;
};

/** What he can read of it. */
function* noteRead(customer: string, bytes: Uint8Array): Protocol<void> {
  const dns = describeDns(bytes);
  const http = describeHttp(bytes);
  const name = findExtension(helloIn(bytes)?.extensions ?? [], 'server_name')?.host;
  const body = http && parseHttp(bytes).body;
  const text = dns
    ? `asks: where is ${dns.host}?`
    : http
      ? `sends ${http.name}${body ? `: ${body}` : ''}`
      : name
        ? `calls ${name}. The ClientHello says so.`
        : `${bytes.length} sealed bytes. I carry them, and cannot read them.`;
  yield* tell({ what: 'note', text: `${customer} ${dns || http || name ? '' : 'sends '}${text}` });
}

function* handOut({ customer, root }: Box, request: Uint8Array, doing: { intercepts: boolean }): Protocol<HttpMessage> {
  if (!parseHttp(request).start.startsWith('GET /root.der '))
    return httpResponse('404 Not Found', {}, 'No such page.\n');
  doing.intercepts = true;
  yield* tell({ what: 'note', text: `${customer} took my root. From now on my box signs whatever name she calls.` });
  const der = Buffer.from(root).toString('latin1');
  return httpResponse('200 OK', { 'Content-Type': 'application/pkix-cert' }, der);
}

/** Carries sealed records; or opens them, as the site that was called. */
function* secure(box: Box, doing: { readonly intercepts: boolean }): Protocol<void> {
  const link = 'shop 443';
  const first = yield* receive(`in ${link}`);
  const host =
    'bytes' in first ? findExtension(helloIn(first.bytes)?.extensions ?? [], 'server_name')?.host : undefined;
  if ('end' in first) {
    yield* close(link);
    return yield* close(`in ${link}`);
  }
  if (!doing.intercepts || !host) return yield* carry(box, link, first.bytes);
  yield* tell({ what: 'note', text: `${box.customer} calls ${host}. I sign a certificate for that name, and answer.` });
  const answering = function* (request: Uint8Array): Protocol<HttpMessage> {
    yield* noteRead(box.customer, request);
    const { app } = yield* over(link, stack(passRequest(request), box.callsOn(host)));
    return (app && describeHttp(app)) ?? httpResponse('502 Bad Gateway', {});
  };
  yield* over(`in ${link}`, replaying(first.bytes, stack(site(answering), box.signsFor(host))));
  yield* close(link);
}

function* passRequest(request: Uint8Array): Protocol<Uint8Array | undefined> {
  yield* send(request);
  const response = yield* readMessage();
  yield* close();
  return response;
}
