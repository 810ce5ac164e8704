import { describe, expect, test } from 'vitest';
import { clientAddress, limitBucket, truncatedAddress } from './address.ts';

describe("the client's address", () => {
  test('is the socket when no proxy is trusted, whatever the client says', () => {
    expect(clientAddress('192.0.2.1', '203.0.113.9', 0)).toBe('192.0.2.1');
  });

  test('is what the farthest trusted proxy saw', () => {
    expect(clientAddress('10.0.0.1', '6.6.6.6, 203.0.113.9', 1)).toBe('203.0.113.9');
    expect(clientAddress('10.0.0.1', '6.6.6.6, 203.0.113.9, 10.0.0.2', 2)).toBe('203.0.113.9');
  });

  test('is the socket when the header has fewer entries than there are proxies', () => {
    expect(clientAddress('10.0.0.1', '203.0.113.9', 2)).toBe('10.0.0.1');
    expect(clientAddress('::ffff:10.0.0.1', undefined, 1)).toBe('10.0.0.1');
  });

  test('is bare of a port that a proxy names with it', () => {
    expect(clientAddress('10.0.0.1', '203.0.113.9:5678', 1)).toBe('203.0.113.9');
    expect(clientAddress('10.0.0.1', '[2001:db8::1]:443', 1)).toBe('2001:db8::1');
    expect(clientAddress('2001:db8::1', undefined, 0)).toBe('2001:db8::1');
  });

  test.each([
    'unknown',
    '_hidden',
    '999.1.1.1',
    '010.0.0.1',
    '1.2.3',
    '1.2.3.4.',
    '::1]/x',
    '<b>',
    ':',
    `${'9'.repeat(5000)}`,
  ])('is unknown where a trusted proxy names %j', (entry) => {
    expect(clientAddress('10.0.0.1', entry, 1)).toBe('unknown');
  });
});

test('limits count an IPv4 address whole and an IPv6 one by its /64', () => {
  expect(limitBucket('192.0.2.77')).toBe('192.0.2.77');
  expect(limitBucket('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::');
  expect(limitBucket('2001:db8::1')).toBe(limitBucket('2001:db8::ffff:1'));
  expect(limitBucket('::1')).toBe('::');
  expect(limitBucket(null)).toBe('unknown');
  expect(limitBucket('nonsense')).toBe('unknown');
  expect(limitBucket('fe80::1%eth0')).toBe('fe80::');
});

test('logs keep /24 of an IPv4 address and /48 of an IPv6 one', () => {
  expect(truncatedAddress('192.0.2.77')).toBe('192.0.2.0');
  expect(truncatedAddress('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1::');
  expect(truncatedAddress(null)).toBeNull();
});
