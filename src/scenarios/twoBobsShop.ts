// The shop that two servers show: a front page with a login form, a customer's page, and a way to change the password.
import { type Protocol, tell } from '../tls/effects.ts';
import { formDecode, type HttpMessage, httpResponse, parseHttp } from './http.ts';
import { type Customer, shop } from './shopSite.ts';

/** Answers what comes over a link. All links share the one password, which whoever is logged in may change. */
export function shopPages(customer: Customer, software: string) {
  let password = customer.password;
  const page = (status: string, html: string): HttpMessage =>
    httpResponse(
      status,
      { Server: software, 'Content-Type': 'text/html' },
      `<!doctype html><title>${shop}</title>\n${html}\n`,
    );
  return (link: string) =>
    function* (request: Uint8Array): Protocol<HttpMessage> {
      const { start, body } = parseHttp(request);
      const field = (name: string) => formDecode(new RegExp(`(?:^|&)${name}=([^&]*)`).exec(body)?.[1] ?? '');
      if (!start.startsWith('POST ')) return page('200 OK', `<h1>The shop</h1>\n${form('/login', ['user', 'pass'])}`);
      const holds = field('user') === customer.user && field('pass') === password;
      yield* tell({ what: 'check', name: 'login', holds, required: true });
      if (!holds) return page('401 Unauthorized', '<p>Wrong password.</p>');
      if (start.startsWith('POST /password ')) {
        password = field('new');
        return page('200 OK', '<p>Your new password is in force.</p>');
      }
      yield* tell({ what: 'acted', action: 'login', bytes: Buffer.from(body), link });
      return page('200 OK', `<p>Hello ${customer.user}</p>\n${form('/password', ['user', 'pass', 'new'])}`);
    };
}

const form = (action: string, names: readonly string[]): string =>
  `<form method="post" action="${action}">${names.map((name) => `<input name="${name}">`).join('')}</form>`;
