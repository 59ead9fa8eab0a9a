import { describe, expect, it } from 'vitest';
import { bareHost, isPrivateAddress, isPrivateHost } from './address.js';

describe('isPrivateAddress', () => {
  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '127.8.9.10',
    '169.254.169.254',
    '172.31.0.1',
    '192.168.1.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:a00:1',
    '0:0:0:0:0:ffff:7f00:1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::1',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2002:a00::1',
    '2002::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '2001:470::5efe:10.0.0.1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    'not an address',
    '',
  ])('is true for %j', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each([
    '1.1.1.1',
    '100.128.0.1',
    '172.32.0.1',
    '2606:4700::1111',
    '2a00:1450:4001::200e',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
    '2002:808:808::1',
    '2400:cb00::5efe:8.8.8.8',
  ])('is false for %s', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });
});

describe('isPrivateHost', () => {
  it.each([
    '2130706433',
    '0x7f.1',
    '017700000001',
    '127.1',
    '127.0.0.1.',
    '①②⑦.0.0.1',
    'localhost.',
    'x.localhost',
    '[::ffff:7f00:1]',
    '[2002:a00::1]',
  ])('is true for the host %s of a URL', (host) => {
    expect(isPrivateHost(bareHost(new URL(`http://${host}/`)))).toBe(true);
  });

  it('is false for a name, which is checked when it is resolved', () => {
    expect(isPrivateHost('metadata.google.internal')).toBe(false);
  });
});
