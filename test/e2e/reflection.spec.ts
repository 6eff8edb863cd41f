import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ProxyProcess } from '../support/proxy-process.js';
import { findOnPath } from '../support/real-programs.js';
import { stagePerTest } from '../support/stage.js';

const run = promisify(execFile);
const title = 'a proxy with reflection, asked by grpcurl';
/** $GRPCURL, PATH, then Go's own folder. */
const program = [
  process.env['GRPCURL'] ?? '',
  ...findOnPath('grpcurl'),
  ...[join(process.env['HOME'] ?? '', 'go', 'bin', 'grpcurl')].filter((file) => existsSync(file)),
].find((file) => file !== '');

describe.skipIf(program === undefined)(program === undefined ? `${title}, not installed` : title, () => {
  const stage = stagePerTest();

  const ask = async (...args: string[]): Promise<string> => {
    const { stdout } = await run(program ?? '', ['-plaintext', ...args]);
    return stdout;
  };

  it('names its service, its calls and the fields of its messages as the proto does', async () => {
    const proxy = await ProxyProcess.start(stage, { args: ['--ref_disabled=false'] });
    const address = `127.0.0.1:${proxy.ports.agent}`;

    expect(await ask(address, 'list')).toBe('ProxyService\n');
    expect(await ask(address, 'describe', 'ProxyService')).toContain(
      'rpc writeChunkedResponsesToProxy ( stream .ChunkedScrapeResponse ) returns ( .google.protobuf.Empty );',
    );
    expect(await ask(address, 'describe', 'ScrapeRequest')).toMatch(
      /int64 scrape_id = 2;[^]*string encodedQueryParams = 6;/,
    );
    expect(await ask('-d', '{"agent_id": "nobody"}', address, 'ProxyService/sendHeartBeat')).toContain(
      '"reason"',
    );
  });

  it('tells strangers nothing where agents need a token', async () => {
    const proxy = await ProxyProcess.start(stage, {
      config: { agentToken: 's3cret' },
      args: ['--ref_disabled=false'],
    });
    const address = `127.0.0.1:${proxy.ports.agent}`;

    await expect(ask(address, 'list')).rejects.toThrow(/Missing or invalid agent token/);
    expect(await ask('-H', 'agent-token: s3cret', address, 'list')).toBe('ProxyService\n');
  });
});
