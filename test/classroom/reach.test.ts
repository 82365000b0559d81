import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { reachable } from '../../src/classroom/reach.ts';

const on = (address: string, internal = false): NetworkInterfaceInfo => ({
  address,
  internal,
  mac: '00:00:00:00:00:00',
  cidr: null,
  ...(address.includes(':')
    ? { family: 'IPv6' as const, netmask: 'ffff::', scopeid: 0 }
    : { family: 'IPv4' as const, netmask: '255.255.255.0' }),
});

describe('the addresses of a host', () => {
  it('come with the likeliest first, those of machines inside it last', () => {
    const found = reachable({
      lo: [on('127.0.0.1', true), on('::1', true)],
      docker0: [on('172.17.0.1')],
      eth0: [on('fe80::1'), on('2001:db8::7'), on('203.0.113.7')],
      wlan0: [on('192.168.1.20'), on('fd00::20')],
      en5: [on('10.0.0.3'), on('172.16.0.9'), on('169.254.3.4')],
      tun0: [on('10.8.0.2')],
    });
    expect(found.map(({ address }) => address)).toEqual([
      '192.168.1.20',
      '10.0.0.3',
      '172.16.0.9',
      '203.0.113.7',
      '2001:db8::7',
      'fd00::20',
      '10.8.0.2',
      '172.17.0.1',
    ]);
    expect(found[0]).toEqual({ address: '192.168.1.20', at: 'wlan0' });
  });
  it('are none where there is no network', () => {
    expect(reachable({ lo: [on('127.0.0.1', true)], none: undefined })).toEqual([]);
  });
});
