import { describe, expect, onTestFinished, test } from 'vitest';
import { defaultAgentOptions } from '../config/agent-options.js';
import { recordingLogger } from '../testing/recording-logger.js';
import { openProxy } from '../testing/stage.js';
import { dialOptions } from './connection-settings.js';
import { LinkSecrets } from './link-secrets.js';
import { PeerWords } from './peer-words.js';
import { ProxyDialer } from './proxy-dialer.js';

const signal = new AbortController().signal;

async function openDialer(): Promise<ProxyDialer> {
  const options = defaultAgentOptions();
  const secrets = await LinkSecrets.open(options, recordingLogger().logger);
  return new ProxyDialer(dialOptions(options), secrets, new PeerWords(500));
}

describe('the ways to a proxy', () => {
  test.each(['::1', '127.0.0.1', 'localhost'])('lead to the one at %s', async (host) => {
    const { port } = await openProxy({ host });
    const dialer = await openDialer();

    const routes = await dialer.routes({ host, port }, signal);
    const outcomes = [];
    for (const route of routes as Exclude<typeof routes, string>) {
      const client = route();
      onTestFinished(() => client.close());
      outcomes.push((await client.connectAgent()).ok);
    }

    expect(outcomes).toContain(true);
  });

  test('are none, in words, when nobody has the name', async () => {
    const dialer = await openDialer();

    expect(await dialer.routes({ host: 'proxy.invalid', port: 1 }, signal)).toMatch(
      /^the name proxy\.invalid/,
    );
  });
});
