import { expect, it } from 'vitest';
import { AgentProcess } from '../support/agent-process.js';
import { waitForPaths } from '../support/gauges.js';
import { HttpTarget } from '../support/http-target.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { stagePerTest } from '../support/stage.js';
import { answersAfter } from '../support/target-behaviours.js';
import { TcpRelay } from '../support/tcp-relay.js';

const stage = stagePerTest();

it('an agent that pings finds out that its link is dead, without any heartbeat', async () => {
  const target = await HttpTarget.start(stage, { '/metrics': answersAfter(0, 'up 1\n') });
  const proxy = await ProxyProcess.start(stage);
  const relay = await TcpRelay.start(stage, proxy.ports.agent);
  const agent = await AgentProcess.start(stage, {
    proxyPort: relay.port,
    paths: [{ path: 'app', url: target.url('/metrics') }],
    config: { internal: { heartbeatEnabled: false, reconnectPauseSecs: 1 } },
    args: ['--keepalive_time_secs', '1', '--keepalive_timeout_secs', '1'],
  });
  await waitForPaths(proxy, 1);

  relay.stall();
  await expect.poll(() => agent.program.output, { timeout: 12_000 }).toMatch(/disconnected from proxy/);
  relay.cut();
  relay.heal();

  await expect.poll(() => relay.connectionCount, { timeout: 15_000 }).toBeGreaterThan(1);
  await waitForPaths(proxy, 1);
});
