import { createHmac } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AgentProcess } from '../support/agent-process.js';
import { freePort } from '../support/free-port.js';
import { waitForPaths } from '../support/gauges.js';
import { HttpTarget } from '../support/http-target.js';
import { readMetrics } from '../support/metrics-page.js';
import { startOurProgram } from '../support/our-program.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { scrape } from '../support/scrape.js';
import { stagePerTest } from '../support/stage.js';
import { answers } from '../support/target-behaviours.js';

const examples = resolve(import.meta.dirname, '../../examples/modules');

describe('the programs with modules of somebody else', () => {
  const stage = stagePerTest();

  const moduleOf = async (text: string): Promise<string> => {
    const file = join(await stage.tempDir(), 'mine.js');
    await writeFile(file, text);
    return file;
  };

  it('let in whom an OIDC issuer knows, write an audit log, and serve what an inventory lists', async () => {
    const target = await HttpTarget.start(stage, { '/metrics': answers('up 1\n') });
    const introspection = (active: boolean): string => JSON.stringify({ active, sub: 'inventory' });
    const issuer = await HttpTarget.start(stage, { '/introspect': answers(introspection(true)) });
    const inventory = await HttpTarget.start(stage, {
      '/hosts': answers(JSON.stringify([{ name: 'db1', address: new URL(target.url('/')).host }])),
    });
    const auditLog = join(await stage.tempDir(), 'audit.jsonl');

    const proxy = await ProxyProcess.start(stage, {
      args: ['--module', join(examples, 'oidc.js'), '--module', join(examples, 'audit-log.js')],
      env: {
        OIDC_INTROSPECTION_URL: issuer.url('/introspect'),
        OIDC_CLIENT_ID: 'proxy',
        OIDC_CLIENT_SECRET: 'secret',
        AUDIT_LOG: auditLog,
      },
    });
    await AgentProcess.start(stage, {
      proxyPort: proxy.ports.agent,
      paths: [{ path: 'elsewhere/x', url: target.url('/metrics') }],
      config: { agentToken: 'a-token-of-the-issuer' },
      args: ['--module', join(examples, 'inventory.js')],
      env: { INVENTORY_URL: inventory.url('/hosts') },
    });
    await waitForPaths(proxy, 1);

    expect((await scrape(proxy.url('inventory/db1'))).body.toString()).toBe('up 1\n');
    expect((await scrape(proxy.url('elsewhere/x'))).status).toBe(404);
    await proxy.stop();

    const lines = (await readFile(auditLog, 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { path: 'inventory/db1', agent: 'edge-1', outcome: 'success' },
      { path: 'elsewhere/x', outcome: 'invalid_path' },
    ]);
  });

  it('let a team scrape what is its own, from the primary agent or else from its stand-in', async () => {
    const secret = 'a-secret-of-the-proxy';
    const proxy = await ProxyProcess.start(stage, {
      args: ['--module', join(examples, 'signed-teams.js'), '--module', join(examples, 'primary-agent.js')],
      env: { SCRAPE_SECRET: secret },
    });
    const start = async (name: string): Promise<AgentProcess> => {
      const target = await HttpTarget.start(stage, { '/metrics': answers(`from{agent="${name}"} 1\n`) });
      return AgentProcess.start(stage, {
        proxyPort: proxy.ports.agent,
        name,
        paths: [{ path: 'team-a/x', url: target.url('/metrics') }],
        config: { consolidated: true },
      });
    };
    const ask = (team: string, signed = team) => {
      const signature = createHmac('sha256', secret).update(signed).digest('base64url');
      return scrape(proxy.url('team-a/x'), { headers: { Authorization: `Bearer ${team}.${signature}` } });
    };
    const answered = async (): Promise<string> => (await ask('team-a')).body.toString();
    await start('edge-2');
    await expect.poll(answered).toContain('edge-2');
    const primary = await start('edge-1');
    await expect.poll(answered).toContain('edge-1');

    expect((await scrape(proxy.url('team-a/x'))).status).toBe(401);
    expect((await ask('team-a', 'team-b')).status).toBe(401);
    expect((await ask('team-b')).status).toBe(403);
    await primary.stop();
    expect(await answered()).toContain('edge-2');
    await proxy.stop();
  });

  it('go on when a module throws, where it is caught and where it is not', async () => {
    const file = await moduleOf(`
      import { SCRAPE_OBSERVER } from 'prometheus-proxy-node/proxy';
      const scraped = () => {
        setTimeout(() => { throw new Error('too late to catch'); });
        Promise.reject(new Error('awaited by nobody'));
        throw new Error('at once');
      };
      export default { module: class Mine {}, providers: [{ provide: SCRAPE_OBSERVER, useValue: { scraped } }] };
    `);
    const proxy = await ProxyProcess.start(stage, { args: ['--module', file] });

    expect((await scrape(proxy.url('x'))).status).toBe(404);
    await expect.poll(() => proxy.program.output, { timeout: 5_000 }).toContain('too late to catch');

    expect(proxy.program.output).toContain('awaited by nobody');
    expect((await scrape(proxy.url('y'))).status).toBe(404);
    const page = await readMetrics(proxy.ports.metrics);
    expect(page.sum('proxy_module_errors_total', { module: file, seam: 'ScrapeObserver' })).toBe(2);
    await proxy.stop();
  });

  it.each([
    ['is not there', undefined, 'cannot be loaded'],
    ['cannot be parsed', 'export default {', 'cannot be loaded'],
    ['exports no module', 'export default 7;', 'must export a Nest module'],
  ])('do not start with a module that %s, and name it', async (_what, text, words) => {
    const file = text === undefined ? '/nowhere/mine.js' : await moduleOf(text);
    const ports = ['--port', String(await freePort()), '--agent_port', String(await freePort())];

    const program = startOurProgram(stage, 'proxy', ['--module', file, ...ports]);

    expect(await program.waitForExit(20_000)).toEqual({ code: 1, signal: null });
    expect(program.output).toContain(`module ${file} ${words}`);
  });
});
