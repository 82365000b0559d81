// URLs, read strictly: what is a target, and what is refused with a sentence.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTarget } from '../../src/live/target.ts';

describe('a URL', () => {
  it.each([
    ['https://shop.example', { host: 'shop.example', port: 443, path: '/', authority: 'shop.example' }],
    [
      'HTTPS://Shop.Example:8443/a/b?c=d#e',
      { host: 'shop.example', port: 8443, path: '/a/b?c=d', authority: 'shop.example:8443' },
    ],
    [
      'https://bücher.example/ä?ö',
      { host: 'xn--bcher-kva.example', port: 443, path: '/%C3%A4?%C3%B6', authority: 'xn--bcher-kva.example' },
    ],
    ['https://127.0.0.1:1', { host: '127.0.0.1', port: 1, path: '/', authority: '127.0.0.1:1' }],
    ['https://[::1]:8443/', { host: '::1', port: 8443, path: '/', authority: '[::1]:8443' }],
    ['https://[2001:DB8:0::7]', { host: '2001:db8::7', port: 443, path: '/', authority: '[2001:db8::7]' }],
    ['https://shop.example.:443/?q', { host: 'shop.example', port: 443, path: '/?q', authority: 'shop.example' }],
    ['https://localhost:65535', { host: 'localhost', port: 65535, path: '/', authority: 'localhost:65535' }],
  ])('%s is a target', (url, target) => {
    expect(readTarget(url)).toEqual(target);
  });
  it.each([
    ['shop.example', /Write the whole URL, with its scheme: https:\/\/shop\.example$/],
    ['shop.example:8443/x', /https:\/\/shop\.example:8443\/x$/],
    ['', /Write the whole URL/],
    ['https:shop.example', /Write the whole URL/],
    ['https:/shop.example', /Write the whole URL/],
    ['https:///shop.example', /names no server/],
    ['http://shop.example', /in the clear/],
    ['ftp://shop.example', /Only https/],
    ['https://user:secret@shop.example', /leave out all up to the @/],
    ['https://shop.example:0', /no port 0/],
    ['https://shop.example:65536', /no server name, address or port/],
    ['https://shop.example:8a', /no server name, address or port/],
    ['https://[::1', /no server name, address or port/],
    ['https://[fe80::1%25eth0]/', /no server name, address or port/],
    ['https://1', /in four numbers \(0\.0\.0\.1\)/],
    ['https://0x7f.1/', /in four numbers \(127\.0\.0\.1\)/],
    ['https://127.1', /in four numbers/],
    ['https://256.1.1.1', /no server name, address or port/],
    ['https://shop..example', /none that DNS can have/],
    ['https://.', /none that DNS can have|no server name/],
    [`https://${'a'.repeat(64)}.example`, /none that DNS can have/],
    [`https://${'a.'.repeat(130)}example`, /none that DNS can have/],
    ['https://shop.example\\x', /backslash/],
    ['https://shop .example', /space/],
    ['https://shop.example/\u0000', /cannot be seen/],
    ['https://shop.exam\u00adple', /cannot be seen/],
    ['https://exa\u202emple.example', /cannot be seen/],
  ])('%j is none, and it is said why', (url, says) => {
    const read = readTarget(url);
    expect('slip' in read && read.slip).toMatch(says);
  });
  it('of any shape is a target that can be called and asked, or a sentence', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((rest) => `https://${rest}`),
        ),
        (url) => {
          const read = readTarget(url);
          if ('slip' in read) return read.slip.length > 10;
          return (
            /^[^\s/?#@\\]+$/.test(read.host) &&
            read.port > 0 &&
            read.port < 65_536 &&
            /^\/[\x21-\x7e]*$/.test(read.path) &&
            // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
            !/[\x00-\x20\x7f-\uffff]/.test(read.authority)
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});
