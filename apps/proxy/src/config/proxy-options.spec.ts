import { describe, expect, it } from 'vitest';
import {
  describeOptions,
  type ExistingOption,
  loaderPerTest,
} from '../../../../libs/config/src/testing/option-suite.js';
import { defaultProxyOptions, loadProxyConfig, proxyProgram } from './proxy-options.js';

const EXISTING: readonly ExistingOption[] = [
  ['-p --port', 'PROXY_PORT', 'http.port', '8081'],
  ['-a --agent_port', 'AGENT_PORT', 'agent.port', '50052'],
  ['--agent_token', 'AGENT_TOKEN', 'agentToken', 'x'],
  ['--sd_enabled', 'SD_ENABLED', 'service.discovery.enabled', 'true'],
  ['--sd_path', 'SD_PATH', 'service.discovery.path', 'x'],
  ['--sd_target_prefix', 'SD_TARGET_PREFIX', 'service.discovery.targetPrefix', 'x'],
  ['--dashboard', 'DASHBOARD_ENABLED', 'dashboard.enabled', 'true'],
  ['--dashboard_port', 'DASHBOARD_PORT', 'dashboard.port', '8095'],
  ['--dashboard_path', 'DASHBOARD_PATH', 'dashboard.path', 'x'],
  ['', '', 'dashboard.refreshIntervalSecs', '3'],
  ['', '', 'dashboard.recentScrapesQueueSize', '3'],
  ['--ref-disabled --ref_disabled', 'REFLECTION_DISABLED', 'reflectionDisabled', 'true'],
  ['--tf-disabled --tf_disabled', 'TRANSPORT_FILTER_DISABLED', 'transportFilterDisabled', 'true'],
  ['-r --admin', 'ADMIN_ENABLED', 'admin.enabled', 'true'],
  ['-i --admin_port', 'ADMIN_PORT', 'admin.port', '8099'],
  ['-b --debug', 'DEBUG_ENABLED', 'admin.debugEnabled', 'true'],
  ['', '', 'admin.pingPath', 'x'],
  ['', '', 'admin.versionPath', 'x'],
  ['', '', 'admin.healthCheckPath', 'x'],
  ['', '', 'admin.threadDumpPath', 'x'],
  ['', '', 'admin.recentRequestsQueueSize', '3'],
  ['-e --metrics', 'METRICS_ENABLED', 'metrics.enabled', 'true'],
  ['-m --metrics_port', 'METRICS_PORT', 'metrics.port', '8098'],
  ['', '', 'metrics.path', 'x'],
  ['', '', 'metrics.standardExportsEnabled', 'true'],
  ['', '', 'metrics.memoryPoolsExportsEnabled', 'true'],
  ['', '', 'metrics.garbageCollectorExportsEnabled', 'true'],
  ['', '', 'metrics.threadExportsEnabled', 'true'],
  ['', '', 'metrics.classLoadingExportsEnabled', 'true'],
  ['', '', 'metrics.versionInfoExportsEnabled', 'true'],
  ['', '', 'metrics.grpc.metricsEnabled', 'true'],
  ['-t --cert', 'CERT_CHAIN_FILE_PATH', 'tls.certChainFilePath', 'x'],
  ['-k --key', 'PRIVATE_KEY_FILE_PATH', 'tls.privateKeyFilePath', 'x'],
  ['-s --trust', 'TRUST_CERT_COLLECTION_FILE_PATH', 'tls.trustCertCollectionFilePath', 'x'],
  ['--handshake_timeout_secs', 'HANDSHAKE_TIMEOUT_SECS', 'grpc.handshakeTimeoutSecs', '3'],
  ['--keepalive_time_secs', 'KEEPALIVE_TIME_SECS', 'grpc.keepAliveTimeSecs', '3'],
  ['--keepalive_timeout_secs', 'KEEPALIVE_TIMEOUT_SECS', 'grpc.keepAliveTimeoutSecs', '3'],
  [
    '--permit_keepalive_without_calls',
    'PERMIT_KEEPALIVE_WITHOUT_CALLS',
    'grpc.permitKeepAliveWithoutCalls',
    'true',
  ],
  ['--permit_keepalive_time_secs', 'PERMIT_KEEPALIVE_TIME_SECS', 'grpc.permitKeepAliveTimeSecs', '3'],
  ['--max_connection_idle_secs', 'MAX_CONNECTION_IDLE_SECS', 'grpc.maxConnectionIdleSecs', '3'],
  ['--max_connection_age_secs', 'MAX_CONNECTION_AGE_SECS', 'grpc.maxConnectionAgeSecs', '3'],
  ['--max_connection_age_grace_secs', 'MAX_CONNECTION_AGE_GRACE_SECS', 'grpc.maxConnectionAgeGraceSecs', '3'],
  ['--log_level', 'PROXY_LOG_LEVEL', 'logLevel', 'debug'],
  ['', '', 'http.idleTimeoutSecs', '3'],
  ['', '', 'http.requestLoggingEnabled', 'false'],
  ['', '', 'internal.staleAgentCheckEnabled', 'false'],
  ['', '', 'internal.maxAgentInactivitySecs', '3'],
  ['', '', 'internal.staleAgentCheckPauseSecs', '3'],
  ['', '', 'internal.scrapeRequestTimeoutSecs', '3'],
  ['', '', 'internal.scrapeRequestBacklogUnhealthySize', '3'],
  ['', '', 'internal.scrapeRequestMapUnhealthySize', '3'],
  ['', '', 'internal.chunkContextMapUnhealthySize', '3'],
  ['', '', 'internal.maxZippedContentSizeMBytes', '3'],
  ['', '', 'internal.maxUnzippedContentSizeMBytes', '3'],
  ['', '', 'internal.zipkin.hostname', 'x'],
  ['', '', 'internal.blitz.path', 'x'],
];

describeOptions({
  program: proxyProgram,
  elements: {
    auth: { name: 'a', token: 't', paths: ['x/*'] },
    'http.auth': { name: 'a', username: 'u', password: 'p', paths: ['x/*'] },
  },
  companyOf: (key): Readonly<Record<string, string>> => {
    const block = /^(?:http\.)?tls(?=\.)/.exec(key)?.[0];
    return block === undefined
      ? {}
      : { [`${block}.certChainFilePath`]: 'cert', [`${block}.privateKeyFilePath`]: 'key' };
  },
  existing: EXISTING,
  notices: [],
});

describe('the options of the proxy', () => {
  const { optionsOf } = loaderPerTest(proxyProgram);

  it('are the defaults when nothing is given', async () => {
    expect(optionsOf(await loadProxyConfig([], {}))).toEqual(defaultProxyOptions());
  });

  it('can be laid over the defaults for embedding', () => {
    const options = defaultProxyOptions({ http: { port: 0 }, auth: [{ name: 'a', token: 't', paths: [] }] });

    expect(options).toMatchObject({ http: { port: 0, idleTimeoutSecs: 45 }, agent: { port: 50_051 } });
    expect(options.auth).toHaveLength(1);
    expect(Object.isFrozen(options.http)).toBe(true);
  });
});

describe('what must hold between the options of the proxy', () => {
  const { load, optionsOf, problemsOf, noticesOf } = loaderPerTest(proxyProgram);

  it.each([
    [
      'two names that are equal',
      'auth = [{name=a,token=s3cret1,paths=[]},{name=a,token=s3cret2,paths=[]}]',
      /auth: the name "a" stands twice/,
    ],
    [
      'two tokens that are equal',
      'auth = [{name=a,token=s3cret,paths=[]},{name=b,token=s3cret,paths=[]}]',
      /auth: "a" and "b" have the same token/,
    ],
    [
      'a token that is shared, too',
      'agentToken = s3cret, auth = [{name=a,token=s3cret,paths=[]}]',
      /auth: "a" and "legacy-agent-token" have the same token/,
    ],
    [
      'the name of the shared token',
      'agentToken = s3cret, auth = [{name=legacy-agent-token,token=s3cret1,paths=[]}]',
      /auth: the name "legacy-agent-token" stands twice/,
    ],
    [
      'an identity with two tokens',
      'auth = [{name=a,token=s3cret,tokenFile=f,paths=[]}]',
      /auth: "a" has both token and tokenFile/,
    ],
    [
      'two shared tokens',
      'agentToken = s3cret, agentTokenFile = f',
      /agentTokenFile: is set beside proxy\.agentToken/,
    ],
    [
      'an identity called as that of the shared token in a file',
      'agentTokenFile = f, auth = [{name=legacy-agent-token,tokenFile=g,paths=[]}]',
      /auth: the name "legacy-agent-token" stands twice/,
    ],
    ['an identity without any proof', 'auth = [{name=a,paths=[]}]', /auth\[0\]\.token: is missing/],
    ['an identity without paths', 'auth = [{name=a,token=s3cret}]', /auth\[0\]\.paths: is missing/],
    ['an empty token', 'auth = [{name=a,token="",paths=[]}]', /auth\[0\]\.token: must not be empty/],
    ['an empty name', 'auth = [{name="",token=s3cret,paths=[]}]', /auth\[0\]\.name: "" must not be empty/],
    [
      'two ports that are equal',
      'http.port = 50051',
      /proxy\.agent\.port: 50051 is the port of http\.port, too/,
    ],
    [
      'an admin port that is taken',
      'admin {enabled = true, port = 8080, bindAddress = "127.0.0.1"}',
      /proxy\.admin\.port: 8080 is the port of http\.port/,
    ],
    [
      'one port for the admin pages and the metrics, at two addresses that overlap',
      'admin {enabled = true, port = 9}, metrics {enabled = true, port = 9, bindAddress = "127.0.0.1"}',
      /proxy\.metrics\.port: 9 is the port of admin\.port/,
    ],
    [
      'one path for an admin page and the metrics, on one port',
      'admin {enabled = true, port = 9}, metrics {enabled = true, port = 9, path = ping}',
      /proxy\.metrics\.path: "ping" is the path of admin\.pingPath, too/,
    ],
    [
      'a header of one hop that is to be passed on',
      'http.requestHeaders = [X-Tenant, Connection]',
      /proxy\.http\.requestHeaders: Connection is never passed on by name/,
    ],
    [
      'a name that no header has',
      'http.responseHeaders = ["X Build"]',
      /proxy\.http\.responseHeaders: "X Build" is no name of a header/,
    ],
  ])('is refused otherwise: %s', async (_, block, problem) => {
    const problems = problemsOf(await load(`proxy {${block}}`));

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
    expect(problems[0]).toMatch(/^proxy\.conf:1: |^proxy\./);
    expect(problems[0]).not.toContain('s3cret');
  });

  it.each([
    ['a taken port that is off', 'admin.port = 8080'],
    [
      'one port for the admin pages and the metrics',
      'admin {enabled = true, port = 9}, metrics {enabled = true, port = 9}',
    ],
    [
      'equal ports on different addresses',
      'http {port = 9, bindAddress = "127.0.0.1"}, agent {port = 9, bindAddress = "127.0.0.2"}',
    ],
    [
      'the name of the shared token where there is none',
      'auth = [{name=legacy-agent-token,token=t,paths=[]}]',
    ],
  ])('allows %s', async (_, block) => {
    expect((await load(`proxy {${block}}`)).kind).toBe('run');
  });

  it('does not report a clash with a port that is wrong itself', async () => {
    expect(problemsOf(await load('proxy { http.port = 99999, agent.port = 8080 }'))).toHaveLength(1);
  });

  it('warns of a shared token beside identities', async () => {
    const outcome = await load('proxy { agentToken = s3cret, auth = [{name=a,token=b,paths=["x*"]}] }');

    expect(noticesOf(outcome)).toEqual([
      expect.stringMatching(/proxy\.agentToken: is set beside proxy\.auth/),
    ]);
    expect(optionsOf(outcome).auth).toEqual([{ name: 'a', token: 'b', paths: ['x*'] }]);
  });
});
