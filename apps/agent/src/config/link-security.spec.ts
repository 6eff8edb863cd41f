import { describe, expect, it } from 'vitest';
import { loadAgentConfig } from './agent-options.js';

const CERT = ['--cert', 'c.pem'];
const KEY = ['--key', 'k.pem'];
const TRUST = ['--trust', 'ca.pem'];

const problemsOf = async (args: string[]): Promise<readonly string[]> => {
  const outcome = await loadAgentConfig(['--proxy', 'a', ...args], {});
  return outcome.kind === 'invalid' ? outcome.problems : [];
};

describe('the security of the link', () => {
  it.each([
    [[]],
    [TRUST],
    [[...CERT, ...KEY, ...TRUST]],
    [['--tls']],
    [['--tls', ...CERT, ...KEY]],
    [['--tls=false']],
    [['--agent_token_file', 'token']],
  ])('is whole with %j', async (args) => {
    expect(await problemsOf(args)).toEqual([]);
  });

  it.each([
    [
      [...CERT, ...TRUST],
      'agent.tls.certChainFilePath (--cert): is set, but agent.tls.privateKeyFilePath is not; a client certificate needs both',
    ],
    [
      ['--tls', ...KEY],
      'agent.tls.privateKeyFilePath (--key): is set, but agent.tls.certChainFilePath is not; a client certificate needs both',
    ],
    [
      [...CERT, ...KEY],
      'agent.tls.certChainFilePath (--cert): is set, but nothing says whom to trust: set agent.tls.trustCertCollectionFilePath, or agent.tls.enabled = true for the authorities of the system',
    ],
    [
      ['--tls=false', ...TRUST],
      'agent.tls.enabled (--tls): is false, but TLS is set up: leave out either this or agent.tls.trustCertCollectionFilePath',
    ],
    [
      ['--agent_token', 's3cret', '--agent_token_file', 'token'],
      'agent.agentTokenFile (--agent_token_file): is set beside agent.agentToken; only one can be presented',
    ],
  ])('is refused by halves: %j', async (args, problem) => {
    expect(await problemsOf(args)).toEqual([problem]);
  });

  it.each(['KEEPALIVE_TIME_SECS', 'KEEPALIVE_TIMEOUT_SECS'])(
    'has no pings at 0 seconds: %s',
    async (name) => {
      const outcomes = [0, -1, 1].map((secs) => loadAgentConfig(['-p', 'a'], { [name]: String(secs) }));

      expect((await Promise.all(outcomes)).map(({ kind }) => kind)).toEqual(['invalid', 'run', 'run']);
    },
  );
});
