// HTTP over Node's own TLS, as it would be used; each secret is passed on as Node writes it down.
import https from 'node:https';
import { body, response } from './http.ts';

type OnSecret = (line: string) => void;

export function httpsServer(options: https.ServerOptions, onSecret: OnSecret): https.Server {
  const server = https.createServer(options, (asked, answer) => {
    const connection = asked.headers.connection === 'close' ? 'close' : 'keep-alive';
    answer.sendDate = false;
    answer.writeHead(200, { 'Content-Length': body.length, Connection: connection });
    answer.end(asked.url === '/parcel' ? body : '');
  });
  server.keepAliveTimeout = 0; // it would say so in the head
  server.on('keylog', (line: Buffer) => onSecret(line.toString('latin1')));
  return server;
}

export function httpsAgent(options: https.AgentOptions, onSecret: OnSecret): https.Agent {
  const agent = new https.Agent(options);
  agent.on('keylog', (line: Buffer) => onSecret(line.toString('latin1')));
  return agent;
}

/** The answer as it was on the wire, since its head has no more than these lines; nothing where there is none. */
export const ask = (options: https.RequestOptions): Promise<string> =>
  new Promise((resolve) => {
    const asked = https.request({ path: '/parcel', method: 'GET', ...options }, (answer) => {
      let heard = '';
      answer.on('data', (bytes: Buffer) => {
        heard += bytes.toString('latin1');
      });
      answer.on('end', () => {
        const head = response(answer.headers.connection === 'close').slice(0, -body.length);
        resolve(answer.headers['content-length'] === String(body.length) ? `${head}${heard}` : heard);
      });
      answer.on('error', () => resolve(heard));
    });
    asked.on('error', () => resolve(''));
    asked.end();
  });
