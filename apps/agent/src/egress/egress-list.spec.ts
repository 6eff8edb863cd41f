import { describe, expect, it } from 'vitest';
import { EgressList } from './egress-list.js';

function listOf(allow: readonly string[], deny: readonly string[] = []): EgressList {
  const outcome = EgressList.parse({ allow, deny });
  if (outcome.kind === 'invalid') {
    throw new Error(JSON.stringify(outcome));
  }
  return outcome.list;
}

const isAllowed = (list: EgressList, host: string, port: number, address?: string): boolean =>
  list.refusal({ host, port, address }) === undefined;

describe('the egress list', () => {
  it.each([
    ['169.254.169.254', '169.254.169.254'],
    ['a name that stands for it', '169.254.169.254'],
    ['it in the form of IPv6', '::ffff:169.254.169.254'],
    ['it in hexadecimal', '::ffff:a9fe:a9fe'],
    ['it behind a translator', '64:ff9b::a9fe:a9fe'],
    ['a link-local address', 'fe80::1'],
    ['the metadata service over IPv6', 'fd00:ec2::254'],
  ])('without any entry denies %s', (_what, address) => {
    expect(isAllowed(EgressList.standard, 'target.example', 80, address)).toBe(false);
    expect(isAllowed(listOf(['*']), 'target.example', 80, address)).toBe(false);
    expect(isAllowed(listOf(['target.example']), 'target.example', 80, address)).toBe(false);
  });

  it('without any entry allows everything else', () => {
    for (const address of ['127.0.0.1', '10.1.2.3', '::1', 'fd00::1', '203.0.113.7']) {
      expect(isAllowed(EgressList.standard, 'x', 80, address)).toBe(true);
    }
  });

  it.each([['169.254.169.254'], ['169.254.0.0/16:80'], ['169.254.169.254:80-90']])(
    'allows a metadata address that is listed as %s',
    (entry) => {
      expect(isAllowed(listOf([entry]), 'x', 80, '169.254.169.254')).toBe(true);
      expect(isAllowed(listOf([entry]), 'x', 80, '169.255.0.1')).toBe(false);
    },
  );

  it.each([
    ['db.example', 'db.example', true],
    ['db.example', 'DB.Example.', true],
    ['db.example', 'db.example.evil', false],
    ['db.example', 'xdb.example', false],
    ['*.example', 'a.b.example', true],
    ['*.example', 'example', false],
    ['node-?', 'node-1', true],
    ['node-?', 'node-12', false],
    ['*', 'anything', true],
  ])('takes the name %s for %s: %s', (entry, host, expected) => {
    expect(isAllowed(listOf([entry]), host, 80, '203.0.113.7')).toBe(expected);
  });

  it.each([
    ['10.0.0.0/8', '10.255.0.1', 9100, true],
    ['10.0.0.0/8', '11.0.0.1', 9100, false],
    ['10.0.0.0/8:9100', '10.0.0.1', 9101, false],
    ['10.0.0.0/8:9100-9199', '10.0.0.1', 9150, true],
    ['10.0.0.7', '10.0.0.7', 1, true],
    ['10.0.0.7', '10.0.0.8', 1, false],
    ['fd00::/8', 'fd12::1', 1, true],
    ['[fd00::/8]:9100', 'fd12::1', 9100, true],
    ['[fd00::/8]:9100', 'fd12::1', 9101, false],
    ['10.0.0.0/8', '::ffff:10.0.0.1', 1, true],
  ])('takes %s for %s port %d: %s', (entry, address, port, expected) => {
    expect(isAllowed(listOf([entry]), address, port, address)).toBe(expected);
  });

  it('judges what a name stands for, not only the name', () => {
    const list = listOf(['10.0.0.0/8']);

    expect(isAllowed(list, 'db', 80, '10.0.0.1')).toBe(true);
    expect(isAllowed(list, 'db', 80, '192.0.2.1')).toBe(false);
    expect(isAllowed(list, 'db', 80)).toBe(false);
  });

  it('lets what is denied stay denied', () => {
    const list = listOf(['*.example', '10.0.0.0/8'], ['secret.example', '10.9.0.0/16', '*:22']);

    expect(isAllowed(list, 'a.example', 80, '10.0.0.1')).toBe(true);
    expect(isAllowed(list, 'secret.example', 80, '10.0.0.1')).toBe(false);
    expect(isAllowed(list, 'a.example', 80, '10.9.0.1')).toBe(false);
    expect(isAllowed(list, 'a.example', 22, '10.0.0.1')).toBe(false);
  });

  it.each([
    '',
    'http://x',
    'a b',
    '10.0.0.0/33',
    '10.0.0.0/',
    'x:99999',
    'x:9-8',
    '[::1',
    'fd00::/129',
    'a/b',
    '10.0.0.0/8/8',
  ])('has no entry %j', (entry) => {
    expect(EgressList.parse({ allow: [], deny: [entry] })).toEqual({
      kind: 'invalid',
      wrong: [{ option: 'deny', entry }],
    });
  });
});
