import { describe, expect, it } from 'vitest';
import {
  describeOptions,
  type ExistingOption,
  loaderPerTest,
} from '../../../../libs/config/src/testing/option-suite.js';
import { agentProgram, defaultAgentOptions, loadAgentConfig } from './agent-options.js';

const NO_PATHS = 'agent.pathConfigs: is empty: this agent has nothing to serve';

const EXISTING: readonly ExistingOption[] = [
  ['-n --name', 'AGENT_NAME', 'name', 'x'],
  ['-o --consolidated', 'CONSOLIDATED', 'consolidated', 'true'],
  ['-p --proxy', 'PROXY_HOSTNAME', 'proxy.hostname', 'x'],
  ['', '', 'proxy.port', '3'],
  ['--agent_token', 'AGENT_TOKEN', 'agentToken', 'x'],
  ['--timeout', 'SCRAPE_TIMEOUT_SECS', 'scrapeTimeoutSecs', '3'],
  ['--max_retries', 'SCRAPE_MAX_RETRIES', 'scrapeMaxRetries', '3'],
  ['--chunk', 'CHUNK_CONTENT_SIZE_KBS', 'chunkContentSizeKbs', '3'],
  ['--gzip', 'MIN_GZIP_SIZE_BYTES', 'minGzipSizeBytes', '3'],
  ['--tf-disabled --tf_disabled', 'TRANSPORT_FILTER_DISABLED', 'transportFilterDisabled', 'true'],
  ['--log_level', 'AGENT_LOG_LEVEL', 'logLevel', 'debug'],
  ['--trust_all_x509', 'TRUST_ALL_X509_CERTIFICATES', 'http.enableTrustAllX509Certificates', 'true'],
  ['--https_truststore', 'HTTPS_TRUST_STORE_PATH', 'http.trustStorePath', 'x'],
  ['--https_truststore_password', 'HTTPS_TRUST_STORE_PASSWORD', 'http.trustStorePassword', 'x'],
  ['--max_concurrent_clients', 'MAX_CONCURRENT_CLIENTS', 'http.maxConcurrentClients', '3'],
  ['--client_timeout_secs', 'CLIENT_TIMEOUT_SECS', 'http.clientTimeoutSecs', '3'],
  ['--max_content_length_mbytes', 'AGENT_MAX_CONTENT_LENGTH_MBYTES', 'http.maxContentLengthMBytes', '3'],
  ['--max_cache_size', 'MAX_CLIENT_CACHE_SIZE', 'http.clientCache.maxSize', '3'],
  ['--max_cache_age_mins', 'MAX_CLIENT_CACHE_AGE_MINS', 'http.clientCache.maxAgeMins', '3'],
  ['--max_cache_idle_mins', 'MAX_CLIENT_CACHE_IDLE_MINS', 'http.clientCache.maxIdleMins', '3'],
  [
    '--cache_cleanup_interval_mins',
    'CLIENT_CACHE_CLEANUP_INTERVAL_MINS',
    'http.clientCache.cleanupIntervalMins',
    '3',
  ],
  ['-r --admin', 'ADMIN_ENABLED', 'admin.enabled', 'true'],
  ['-i --admin_port', 'ADMIN_PORT', 'admin.port', '8099'],
  ['-b --debug', 'DEBUG_ENABLED', 'admin.debugEnabled', 'true'],
  ['', '', 'admin.threadDumpPath', 'x'],
  ['-e --metrics', 'METRICS_ENABLED', 'metrics.enabled', 'true'],
  ['-m --metrics_port', 'METRICS_PORT', 'metrics.port', '8098'],
  ['', '', 'metrics.path', 'x'],
  ['', '', 'metrics.standardExportsEnabled', 'true'],
  ['', '', 'metrics.grpc.metricsEnabled', 'true'],
  ['-t --cert', 'CERT_CHAIN_FILE_PATH', 'tls.certChainFilePath', 'x'],
  ['-k --key', 'PRIVATE_KEY_FILE_PATH', 'tls.privateKeyFilePath', 'x'],
  ['-s --trust', 'TRUST_CERT_COLLECTION_FILE_PATH', 'tls.trustCertCollectionFilePath', 'x'],
  ['--over --override', 'OVERRIDE_AUTHORITY', 'tls.overrideAuthority', 'x'],
  ['--keepalive_time_secs', 'KEEPALIVE_TIME_SECS', 'grpc.keepAliveTimeSecs', '30'],
  ['--keepalive_timeout_secs', 'KEEPALIVE_TIMEOUT_SECS', 'grpc.keepAliveTimeoutSecs', '30'],
  ['--keepalive_without_calls', 'KEEPALIVE_WITHOUT_CALLS', 'grpc.keepAliveWithoutCalls', 'true'],
  ['--unary_deadline_secs', 'UNARY_DEADLINE_SECS', 'grpc.unaryDeadlineSecs', '0'],
  ['', '', 'discovery.file.path', 'x'],
  ['', '', 'discovery.reconcileIntervalSecs', '3'],
  ['', '', 'internal.cioTimeoutSecs', '3'],
  ['', '', 'internal.reconnectPauseSecs', '4'],
  ['', '', 'internal.heartbeatEnabled', 'false'],
  ['', '', 'internal.heartbeatCheckPauseMillis', '3'],
  ['', '', 'internal.heartbeatMaxInactivitySecs', '3'],
  ['', '', 'internal.scrapeRequestBacklogUnhealthySize', '3'],
  ['', '', 'internal.zipkin.hostname', 'x'],
];

/** Options that are refused when they stand alone get the company they need. */
function companyOf(key: string): Readonly<Record<string, string>> {
  if (key === 'discovery.enabled') {
    return { 'discovery.file.path': 'targets.conf' };
  }
  if (key.startsWith('tls.')) {
    return {
      'tls.certChainFilePath': 'cert',
      'tls.privateKeyFilePath': 'key',
      'tls.trustCertCollectionFilePath': 'ca',
    };
  }
  return key.startsWith('http.client')
    ? { 'http.clientCertFilePath': 'cert', 'http.clientKeyFilePath': 'key' }
    : {};
}

describeOptions({
  program: agentProgram,
  elements: {
    pathConfigs: { name: 'a', path: 'a', url: 'http://a', basicAuth: { username: 'u', password: 'p' } },
    filters: { path: 'a', metricNameAllow: ['x.*'], metricNameDeny: ['y'] },
  },
  companyOf,
  existing: EXISTING,
  notices: [NO_PATHS],
});

describe('the options of the agent', () => {
  const { load, optionsOf, problemsOf, noticesOf } = loaderPerTest(agentProgram);

  it('are refused when nothing at all is given', async () => {
    expect(problemsOf(await loadAgentConfig([], { PATH: '/bin' }))).toEqual([
      'a configuration file or URL must be named with --config or AGENT_CONFIG; see --help',
    ]);
  });

  it('need no configuration where a flag or a variable says enough', async () => {
    const outcome = await loadAgentConfig(['--proxy', 'a:1'], {});

    expect(optionsOf(outcome).endpoints).toEqual([{ host: 'a', port: 1 }]);
    expect(noticesOf(outcome)).toEqual([NO_PATHS]);
    expect((await loadAgentConfig([], { PROXY_HOSTNAME: 'a' })).kind).toBe('run');
  });

  it('are the defaults when the configuration says nothing', async () => {
    expect(optionsOf(await load('agent {}'))).toEqual(defaultAgentOptions());
  });

  it('can be laid over the defaults for embedding, what follows from them included', () => {
    const options = defaultAgentOptions({ proxy: { hostname: '127.0.0.1', port: 1 }, scrapeTimeoutSecs: 3 });

    expect(options).toMatchObject({
      endpoints: [{ host: '127.0.0.1', port: 1 }],
      isScrapeTimeoutExplicit: true,
    });
    expect(defaultAgentOptions()).toMatchObject({ isScrapeTimeoutExplicit: false, name: '' });
    expect(defaultAgentOptions({ endpoints: [{ host: 'x', port: 2 }] }).endpoints).toEqual([
      { host: 'x', port: 2 },
    ]);
    expect(() => defaultAgentOptions({ proxy: { hostname: ' ' } })).toThrow(RangeError);
  });

  it('know whether the scrape timeout was set, be it to its default', async () => {
    expect(optionsOf(await load('agent {}')).isScrapeTimeoutExplicit).toBe(false);
    expect(optionsOf(await load('agent.scrapeTimeoutSecs = 15')).isScrapeTimeoutExplicit).toBe(true);
    expect(optionsOf(await load('', ['--timeout', '15'])).isScrapeTimeoutExplicit).toBe(true);
    expect(optionsOf(await load('', ['--timeout', '-1'])).isScrapeTimeoutExplicit).toBe(false);
  });
});

describe('the proxies an agent tries', () => {
  const { load, optionsOf, problemsOf } = loaderPerTest(agentProgram);

  const endpointsOf = async (text: string, args: string[] = [], env: NodeJS.ProcessEnv = {}) =>
    optionsOf(await load(text, args, env)).endpoints.map(({ host, port }) => `${host}:${port}`);

  it.each([
    ['', [], {}, ['localhost:50051']],
    ['agent.proxy.port = 7', [], {}, ['localhost:7']],
    ['agent.proxy.hostname = "h:8"', [], {}, ['h:8']],
    ['agent.proxy { hostname = "h, i:8", port = 7 }', [], {}, ['h:7', 'i:8']],
    ['agent.proxy { hostname = h, port = 7, endpoints = ["a", "b:9"] }', [], {}, ['a:7', 'b:9']],
    ['agent.proxy { endpoints = [a], port = 7 }', [], { PROXY_HOSTNAME: 'e' }, ['e:50051']],
    [
      'agent.proxy { endpoints = [a], port = 7 }',
      ['--proxy', 'f,g:1'],
      { PROXY_HOSTNAME: 'e' },
      ['f:50051', 'g:1'],
    ],
    ['agent.proxy { endpoints = [a], port = 7 }', ['-Dagent.proxy.hostname=d'], {}, ['a:7']],
    ['agent.proxy.port = 7', ['-Dagent.proxy.hostname=d'], {}, ['d:7']],
  ])('with %j, %j and %j are %j', async (text, args, env, endpoints) => {
    expect(await endpointsOf(text, args, env)).toEqual(endpoints);
  });

  it.each([
    [
      '',
      [],
      { PROXY_HOSTNAME: '' },
      'agent.proxy.hostname (PROXY_HOSTNAME): names no proxy; at least one host or host:port is needed',
    ],
    ['', ['-p', 'a:x'], {}, 'agent.proxy.hostname (-p): "a:x" has no usable port; allowed: 1 to 65535'],
    [
      '\nagent.proxy.endpoints = [a, ""]',
      [],
      {},
      'agent.conf:2: agent.proxy.endpoints: "" is no endpoint; allowed: host, host:port, [IPv6], [IPv6]:port',
    ],
  ])('are refused with %j, %j and %j', async (text, args, env, problem) => {
    expect(problemsOf(await load(text, args, env))).toEqual([problem]);
  });
});

describe('the targets of an agent', () => {
  const { load, optionsOf, problemsOf, noticesOf } = loaderPerTest(agentProgram);

  it('keep what is written of them, without the leading slash', async () => {
    const { pathConfigs } = optionsOf(
      await load(`agent.pathConfigs = [
        { name = 007, path = /site-a/db/metrics, url = "http://me:pw@h:1/m?x={y}", labels = "{\\"a\\": 1}" }
        { name = "", path = "//m", url = "HTTPS://h", labels { env = prod, n = 007, deep { x = [1] } } }
        { name = c, path = c, url = "http://[::1]:9/", labels = "" }
      ]`),
    );

    expect(pathConfigs).toEqual([
      { name: '007', path: 'site-a/db/metrics', url: 'http://me:pw@h:1/m?x={y}', labels: '{"a": 1}' },
      { name: '', path: '/m', url: 'HTTPS://h', labels: '{"env":"prod","n":7,"deep":{"x":[1]}}' },
      { name: 'c', path: 'c', url: 'http://[::1]:9/', labels: '{}' },
    ]);
  });

  it('are refused with every problem, by index and key', async () => {
    const text = `agent.pathConfigs = [
      { name = a, path = a, url = "http://h/" }
      { path = "/", url = "ftp://me:s3cret@h/?token=s3cret" }
      { name = c, path = c, url = "http:///x"
        labels = [1] }
      {}
    ]`;

    const url = 'must be a URL that begins with http:// or https:// and names a host';
    expect(problemsOf(await load(text))).toEqual([
      'agent.conf:3: agent.pathConfigs[1].name: is missing',
      'agent.conf:3: agent.pathConfigs[1].path: "/" must not be empty',
      `agent.conf:3: agent.pathConfigs[1].url: "ftp://***@h/?***" ${url}`,
      `agent.conf:4: agent.pathConfigs[2].url: "http:///x" ${url}`,
      'agent.conf:5: agent.pathConfigs[2].labels: must be the text of a JSON object, or an object',
      'agent.conf:6: agent.pathConfigs[3].name: is missing',
      'agent.conf:6: agent.pathConfigs[3].path: is missing',
      'agent.conf:6: agent.pathConfigs[3].url: is missing',
    ]);
  });

  it('count the later one where a path stands twice, and say so', async () => {
    const outcome = await load(`agent.pathConfigs = [
      { name = a, path = /m, url = "http://a" }, { name = b, path = n, url = "http://b" }
      { name = c, path = m, url = "http://c" }
    ]`);

    expect(optionsOf(outcome).pathConfigs.map(({ name }) => name)).toEqual(['c', 'b']);
    expect(noticesOf(outcome)).toEqual([
      'agent.conf:1: agent.pathConfigs: "m" stands twice; the later one counts',
    ]);
  });

  it.each(['not json', '[1]', '"x"', 'null'])(
    'are noticed when their labels are no JSON object: %s',
    async (labels) => {
      const text = `agent.pathConfigs = [{ name = a, path = m, url = "http://a", labels = ${JSON.stringify(labels)} }]`;

      expect(noticesOf(await load(text))).toEqual([
        'agent.conf:1: agent.pathConfigs: the labels of "m" are no JSON object and will be ignored',
      ]);
    },
  );

  it('can be set by numbers on the command line', async () => {
    const args = ['name=a', 'path=/a', 'url=http://a'].map((field) => `-Dagent.pathConfigs.0.${field}`);

    expect(optionsOf(await loadAgentConfig(args, {})).pathConfigs).toEqual([
      { name: 'a', path: 'a', url: 'http://a', labels: '{}' },
    ]);
  });
});
