// The bare server that a host is held against: node:https, with a key of the same kind.
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { newHostKey } from '../../../src/classroom/hostKey.ts';

/** Says the body once more. */
export function echo(): void {
  const { key, certificate } = newHostKey(new Date());
  const server = createServer({ key, cert: certificate }, async (asked, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk);
    answer.setHeader('content-type', 'application/json').end(Buffer.concat(chunks));
  });
  server.listen(0, '127.0.0.1', () => console.log(`port ${(server.address() as AddressInfo).port}.`));
}
