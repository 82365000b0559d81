// Addresses of hosts, as they are typed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressInWords, readAddress, usualPort } from '../../src/classroom/address.ts';

describe('an address', () => {
  it.each([
    ['192.0.2.7', { host: '192.0.2.7', port: usualPort }],
    [' 192.0.2.7:9000\n', { host: '192.0.2.7', port: 9000 }],
    ['192.0.2.7:443', { host: '192.0.2.7', port: 443 }],
    ['[2001:DB8::1]:8443', { host: '2001:db8::1', port: 8443 }],
    ['[2001:db8::1]', { host: '2001:db8::1', port: usualPort }],
    ['2001:db8::1', { host: '2001:db8::1', port: usualPort }],
    ['[fe80::1%eth0]:1', { host: 'fe80::1%eth0', port: 1 }],
    ['fe80::1%eth0', { host: 'fe80::1%eth0', port: usualPort }],
    ['::1', { host: '::1', port: usualPort }],
    ['Laptop.local', { host: 'laptop.local', port: usualPort }],
    ['laptop.local.:65535', { host: 'laptop.local', port: 65_535 }],
    ['laptop', { host: 'laptop', port: usualPort }],
    ['bücher.example', { host: 'xn--bcher-kva.example', port: usualPort }],
    ['https://192.0.2.7:9000/', { host: '192.0.2.7', port: 9000 }],
    ['HTTPS://laptop.local', { host: 'laptop.local', port: usualPort }],
  ])('%j is read', (typed, address) => {
    expect(readAddress(typed)).toEqual({ ok: true, address });
  });
  it.each([
    ['', /stands on the board, such as 192\.0\.2\.7\.$/],
    ['https://', /^Write the address that stands/],
    ['http://192.0.2.7', /no http/],
    ['https://192.0.2.7/join', /address alone/],
    ['192.0.2.7/', /no slash/],
    ['192.0.2.7 8443', /only letters, digits/],
    ['me@192.0.2.7', /only letters, digits/],
    ['192.0.2.7\u202e', /only letters, digits/],
    ['192.0.2.7:', /no port/],
    ['192.0.2.7:0', /no port/],
    ['192.0.2.7:65536', /no port/],
    ['192.0.2.7:8x', /no port/],
    ['[2001:db8::1]:http', /no port/],
    [':8443', /This is no address/],
    ['1:2:3', /This is no address/],
    ['[192.0.2.7]', /This is no address/],
    ['[2001:db8::1', /This is no address/],
    ['2001:db8::1:8443:9:9:9:9:9', /This is no address/],
    ['192.0.2', /192\.0\.2 is no address: one has four numbers/],
    ['192.0.2.256', /four numbers/],
    ['1', /four numbers/],
    [`${'1.'.repeat(40)}1`, /^This is no address/],
    ['0x7f.1', /no machine of this name/],
    ['a..b', /no machine of this name/],
    ['a<b', /no machine of this name/],
    ['a{b', /no machine of this name/],
    [`${'a'.repeat(64)}.local`, /no machine of this name/],
  ])('%j is none, and it is said why', (typed, why) => {
    const read = readAddress(typed);
    expect(read.ok ? '' : read.says).toMatch(why);
  });
  it('is read again as it is written', () => {
    const host = fc.oneof(
      fc.ipV4(),
      fc.ipV6().map((one) => one.toLowerCase()),
      fc.domain(),
    );
    fc.assert(
      fc.property(host, fc.integer({ min: 1, max: 65_535 }), (name, port) => {
        expect(readAddress(addressInWords({ host: name, port }))).toEqual({ ok: true, address: { host: name, port } });
      }),
    );
  });
  it('of any shape can be called, or a printable sentence says why not', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.webAuthority()), (typed) => {
        const read = readAddress(typed);
        return read.ok
          ? /^(?:[a-z0-9._-]+|[0-9a-f:.]+(?:%[\w.:-]+)?)$/i.test(read.address.host) && read.address.port > 0
          : /^[ -~]{20,200}$/.test(read.says);
      }),
      { numRuns: 1000 },
    );
  });
});
