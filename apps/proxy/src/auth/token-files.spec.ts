import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { type Stage, stagePerTest } from '../../../../test/support/stage.js';
import { defaultProxyOptions } from '../config/proxy-options.js';
import { ProxyUnderTest } from '../testing/proxy-under-test.js';
import { WireAgent } from '../testing/wire-agent.js';
import { readTokens, tokenFilesOf } from './token-files.js';

const LAST_RELOAD = 'proxy_config_last_reload_successful';

async function fileOf(stage: Stage, text: string): Promise<string> {
  const path = join(await stage.tempDir(), 'token');
  await writeFile(path, text);
  return path;
}

describe('tokens in files', () => {
  const stage = stagePerTest();

  it('stand where they belong, without the space around them', async () => {
    const [a, shared] = [await fileOf(stage, 'token-a\n'), await fileOf(stage, ' shared\r\n')];
    const subjects = ['DNS:c'];
    const options = defaultProxyOptions({
      agentTokenFile: shared,
      auth: [
        { name: 'a', tokenFile: a, paths: [] },
        { name: 'b', token: 'token-b', paths: ['b'] },
        { name: 'c', subjects, paths: [] },
      ],
    });

    expect(tokenFilesOf(options)).toEqual([a, shared]);
    expect(await readTokens(options)).toEqual({
      agentToken: 'shared',
      auth: [
        { name: 'a', token: 'token-a', paths: [] },
        { name: 'b', token: 'token-b', paths: ['b'] },
        { name: 'c', subjects, paths: [] },
      ],
    });
  });

  it('are refused when one is empty or missing, or two are the same, by name and never by token', async () => {
    const [one, other, empty] = [
      await fileOf(stage, 's3cret'),
      await fileOf(stage, 's3cret\n'),
      await fileOf(stage, '\n'),
    ];
    const read = (auth: object[], agentTokenFile = ''): Promise<unknown> =>
      readTokens(defaultProxyOptions({ auth: auth as [], agentTokenFile })).then(
        () => 'no problem',
        (error: Error) => error.message,
      );
    const a = { name: 'a', paths: [] };

    expect(await read([{ ...a, tokenFile: empty }])).toMatch(
      /identity "a": tokenFile: .* 1 to 4096 characters$/,
    );
    expect(await read([], '/nowhere/token')).toMatch(
      /^proxy\.agentTokenFile: cannot read \/nowhere\/token: ENOENT/,
    );
    expect(await read([{ ...a, tokenFile: one }], other)).toMatch(
      /"a" and "legacy-agent-token" have the same token/,
    );
    expect(
      await read([
        { ...a, tokenFile: one },
        { name: 'b', token: 's3cret', paths: [] },
      ]),
    ).toBe('proxy.auth: "a" and "b" have the same token; each identity needs its own');
  });

  it('end the start when they cannot be read', async () => {
    const starting = ProxyUnderTest.start(stage, { agentTokenFile: '/nowhere/token' });

    await expect(starting).rejects.toThrow(/^proxy\.agentTokenFile: cannot read \/nowhere\/token/);
  });

  it('are taken up when they change, and stay in force when they cannot be used', async () => {
    const [fileA, fileB] = [await fileOf(stage, 'old-a'), await fileOf(stage, 'token-b')];
    const proxy = await ProxyUnderTest.start(stage, {
      auth: [
        { name: 'a', tokenFile: fileA, paths: [] },
        { name: 'b', tokenFile: fileB, paths: [] },
      ],
    });
    const connect = async (token: string): Promise<WireAgent> => {
      const agent = new WireAgent(stage, proxy.agentPort, token);
      await agent.connect();
      await agent.register();
      agent.openStreams();
      return agent;
    };
    const codeOf = async (token: string): Promise<number> =>
      (await new WireAgent(stage, proxy.agentPort, token).connect()).error?.code ?? status.OK;
    const [a, b] = [await connect('old-a'), await connect('token-b')];

    await writeFile(fileA, 'new-a');
    await expect.poll(() => a.readStatus).toBe(status.OK);
    const afterChange = [await codeOf('old-a'), await codeOf('new-a'), b.readStatus];
    await rm(fileA);
    await expect.poll(() => proxy.metric(LAST_RELOAD)).toBe(0);
    const afterLoss = [await codeOf('new-a'), b.readStatus];
    await writeFile(fileA, 'third-a');
    await expect.poll(() => proxy.metric(LAST_RELOAD)).toBe(1);

    expect(afterChange).toEqual([status.UNAUTHENTICATED, status.OK, undefined]);
    expect(afterLoss).toEqual([status.OK, undefined]);
    expect([await codeOf('new-a'), await codeOf('third-a'), b.readStatus]).toEqual([
      status.UNAUTHENTICATED,
      status.OK,
      undefined,
    ]);
  });
});
