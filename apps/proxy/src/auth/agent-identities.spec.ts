import { describe, expect, it } from 'vitest';
import { LEGACY_IDENTITY } from '../config/proxy-options.js';
import { AgentIdentities } from './agent-identities.js';

const identitiesOf = (
  auth: { name: string; token: string; paths: string[] }[],
  agentToken = '',
): AgentIdentities => new AgentIdentities({ auth, agentToken });

describe('the identities of agents', () => {
  it('are not asked for when none is configured', () => {
    const identities = identitiesOf([]);

    expect([identities.isRequired, identities.names, identities.mayRegister(undefined, 'any')]).toEqual([
      false,
      [],
      true,
    ]);
  });

  it('are known by their tokens, the shared one last', () => {
    const identities = identitiesOf(
      [
        { name: 'a', token: 'token-a', paths: [] },
        { name: 'b', token: 'tökén', paths: [] },
      ],
      'shared',
    );

    expect(identities.names).toEqual(['a', 'b', LEGACY_IDENTITY]);
    expect(['token-a', 'tökén', 'shared'].map((token) => identities.identify(token))).toEqual([
      'a',
      'b',
      LEGACY_IDENTITY,
    ]);
  });

  it.each(['', 'TOKEN', 'token ', ' token', 'toke', 'tokenn'])('do not include whoever says %j', (token) => {
    expect(identitiesOf([], 'token').identify(token)).toBeUndefined();
  });

  it('are not free to register anything once one is configured', () => {
    const identities = identitiesOf([{ name: 'a', token: 'x', paths: [] }]);

    expect(['a', 'b', undefined].map((name) => identities.mayRegister(name, 'app'))).toEqual([
      true,
      false,
      false,
    ]);
  });

  it.each([
    ['site-a/*', 'site-a/db', true],
    ['site-a/*', 'site-a/db/metrics', true],
    ['site-a/*', 'site-a/', true],
    ['site-a/*', 'site-a', false],
    ['site-a/*', 'x/site-a/db', false],
    ['/site-a/*', 'site-a/db', true],
    ['app?', 'app1', true],
    ['app?', 'app', false],
    ['app?', 'app12', false],
    ['a.b', 'a.b', true],
    ['a.b', 'axb', false],
    ['a+b(c)[d]{e}^$|\\', 'a+b(c)[d]{e}^$|\\', true],
    ['App', 'app', false],
    ['*', 'anything/at/all', true],
    ['a|b', 'a', false],
  ])('with the glob %s may register %s: %s', (glob, path, isAllowed) => {
    const identities = identitiesOf([{ name: 'a', token: 'x', paths: ['other', glob] }]);

    expect(identities.mayRegister('a', path)).toBe(isAllowed);
  });
});
