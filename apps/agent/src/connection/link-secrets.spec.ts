import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListenError } from '@app/operations';
import { describe, expect, onTestFinished, test } from 'vitest';
import { defaultAgentOptions } from '../config/agent-options.js';
import { recordingLogger } from '../testing/recording-logger.js';
import { LinkSecrets } from './link-secrets.js';

function fileOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'agent-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'secret'), text);
  return join(folder, 'secret');
}

type Overrides = NonNullable<Parameters<typeof defaultAgentOptions>[0]>;

async function open(overrides: Overrides) {
  const { logger, lines } = recordingLogger();
  return { secrets: await LinkSecrets.open(defaultAgentOptions(overrides), logger), lines };
}

describe('the token of an agent', () => {
  test('is what the option says', async () => {
    const { secrets } = await open({ agentToken: 'from the option' });

    expect(await secrets.read()).toEqual({ token: 'from the option', certificates: undefined });
  });

  test('is read anew from its file each time, without the space around it', async () => {
    const file = fileOf('first\n');
    const { secrets } = await open({ agentTokenFile: file });
    const before = await secrets.read();

    writeFileSync(file, ' second\r\n');

    expect([before.token, (await secrets.read()).token]).toEqual(['first', 'second']);
  });

  test('stays when its file cannot be used any more, which is said once', async () => {
    const file = fileOf('s3cret');
    const { secrets, lines } = await open({ agentTokenFile: file });

    writeFileSync(file, '\n');
    const tokens = [(await secrets.read()).token, (await secrets.read()).token];

    expect(tokens).toEqual(['s3cret', 's3cret']);
    expect(lines).toMatchObject([{ level: 'warn', reason: expect.stringContaining('must hold 1 to 4096') }]);
    expect(JSON.stringify(lines)).not.toContain('s3cret');
  });

  test.each([
    [
      'is empty',
      () => ({ agentTokenFile: fileOf('') }),
      /^agent\.agentTokenFile: .* must hold 1 to 4096 characters$/,
    ],
    [
      'is missing',
      () => ({ agentTokenFile: '/nowhere/token' }),
      /^agent\.agentTokenFile: cannot read \/nowhere\/token/,
    ],
    [
      'has two lines',
      () => ({ agentTokenFile: fileOf('s3cret\nmore') }),
      /^agent\.agentTokenFile: holds .* visible ASCII$/,
    ],
    ['is an option no header carries', () => ({ agentToken: 's3crét' }), /^agent\.agentToken: ((?!s3cr).)*$/],
  ])('ends the start when it %s', async (_name, overrides, message) => {
    const opened = open(overrides());

    await expect(opened).rejects.toThrow(ListenError);
    await expect(opened).rejects.toThrow(message);
  });
});

describe('the certificates of an agent', () => {
  test('are those of the system where TLS is on and nobody else is trusted', async () => {
    const { secrets } = await open({ tls: { enabled: true } });

    expect((await secrets.read()).certificates).toMatchObject({ ownValidTo: undefined });
  });

  test.each([
    [
      'is missing',
      () => '/nowhere/ca.pem',
      /^agent\.tls\.trustCertCollectionFilePath: cannot read \/nowhere\/ca\.pem/,
    ],
    [
      'holds none',
      () => fileOf('ca'),
      /^agent\.tls\.trustCertCollectionFilePath: the file holds no certificate in PEM$/,
    ],
  ])('end the start when a file %s', async (_name, trustCertCollectionFilePath, message) => {
    await expect(
      open({ tls: { trustCertCollectionFilePath: trustCertCollectionFilePath() } }),
    ).rejects.toThrow(message);
  });
});
