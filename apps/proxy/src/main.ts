import 'reflect-metadata';
import { createLogger, ListenError, packageVersion, SignalExit } from '@app/operations';
import { startProxy } from './bootstrap.js';
import type { ConfigSource } from './config/config-source.js';
import { loadProxyConfig, type ProxyOptions } from './config/proxy-options.js';

const PROGRAM = 'prometheus-proxy';

const load = (): ReturnType<typeof loadProxyConfig> =>
  loadProxyConfig(process.argv.slice(2), process.env, packageVersion());

const outcome = await load();
switch (outcome.kind) {
  case 'print':
    process.stdout.write(`${outcome.text}\n`);
    break;
  case 'invalid':
    process.stderr.write(`${outcome.problems.join('\n')}\n`);
    process.exitCode = 1;
    break;
  case 'run':
    await run(outcome.options, outcome.notices, { files: outcome.files, load });
}

async function run(options: ProxyOptions, notices: readonly string[], source: ConfigSource): Promise<void> {
  const logger = createLogger({ program: PROGRAM, level: options.logLevel, format: options.logFormat });
  notices.forEach((notice) => logger.warn(notice));
  const exit = new SignalExit(logger);
  try {
    const proxy = await startProxy(options, logger, source);
    const { httpPort, agentPort, encryption, adminPort, metricsPort } = proxy;
    logger.info(
      { version: packageVersion(), httpPort, agentPort, encryption, adminPort, metricsPort },
      'proxy is listening',
    );
    exit.ready(() => proxy.close());
    process.on('SIGHUP', () => void proxy.reload());
  } catch (error) {
    const isExpected = error instanceof ListenError;
    logger.fatal(isExpected ? {} : { err: error }, isExpected ? error.message : 'the proxy could not start');
    process.exitCode = 1;
  }
}
