// The page that a guest gets: self-contained, and about the very connection that it came through.
import { findExtension } from '../tls/messages/extensions.ts';
import { decodeClientHello } from '../tls/messages/clientHello.ts';
import { groupName, signatureSchemeName, suiteName, versionName } from '../tls/registry.ts';
import type { LiveEvent } from './drive.ts';

/** HTML about the connection of these events, which a request came through. `schemeOf` says, by version, how the server proved itself. */
export function page(events: readonly LiveEvent[], request: string, schemeOf: (version: number) => number): string {
  return html(
    'You spoke TLS with HTTPS Quest',
    `<p>This page came to you through a handshake that a game in a terminal carried out, message by message.</p>
<table>
${negotiated(events, request, schemeOf)
  .map(([name, value]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`)
  .join('\n')}
</table>
<h2>Records up to your request</h2>
<ol>
${events.flatMap((event) => (event.what === 'record' ? [`<li>${escaped(recordLine(event))}</li>`] : [])).join('\n')}
</ol>`,
  );
}

/** A page that says what was wrong with a request. */
export const refusalPage = (status: string): string =>
  html(status, '<p>This server answers GET and HEAD, and nothing else.</p>');

function negotiated(
  events: readonly LiveEvent[],
  request: string,
  schemeOf: (version: number) => number,
): readonly (readonly [string, string])[] {
  const agreed = events.find((event) => event.what === 'agreed');
  const message = events.findLast((event) => event.what === 'message' && event.name === 'ClientHello');
  const hello = message?.what === 'message' ? decodeClientHello(message.bytes) : undefined;
  const protocols = hello && findExtension(hello.extensions, 'application_layer_protocol_negotiation')?.protocols;
  return [
    ['Your request', request],
    ...(agreed?.what === 'agreed'
      ? ([
          ['Version', versionName(agreed.version)],
          ['Cipher suite', suiteName(agreed.suite)],
          ['Key exchange', groupName(agreed.group)],
          ['The server proved itself with', signatureSchemeName(schemeOf(agreed.version))],
        ] as const)
      : []),
    ['You asked for the site', (hello && findExtension(hello.extensions, 'server_name')?.host) ?? 'none by name'],
    ['You offered to speak', protocols?.join(', ') ?? 'nothing in particular (no ALPN)'],
  ];
}

const recordLine = ({ direction, name, sealedBy, wire }: Extract<LiveEvent, { readonly what: 'record' }>): string =>
  `${direction === 'sent' ? 'server to you' : 'you to server'}: ${name}, ${wire.length} bytes${sealedBy ? `, sealed (${sealedBy} key)` : ', in the clear'}`;

const html = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>
:root { color-scheme: light dark }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
th { text-align: left; padding-right: 1rem; vertical-align: top; overflow-wrap: normal }
</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${body}
</body>
</html>
`;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);
