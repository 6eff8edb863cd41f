import 'reflect-metadata';
import { createLogger, ListenError, packageVersion, type Logger } from '@app/operations';
import { startProxy, type RunningProxy } from './bootstrap.js';
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
  try {
    const proxy = await startProxy(options, logger, source);
    const { httpPort, agentPort, encryption, adminPort, metricsPort } = proxy;
    logger.info(
      { version: packageVersion(), httpPort, agentPort, encryption, adminPort, metricsPort },
      'proxy is listening',
    );
    leaveOnSignal(proxy, logger);
    process.on('SIGHUP', () => void proxy.reload());
  } catch (error) {
    const isExpected = error instanceof ListenError;
    logger.fatal(isExpected ? {} : { err: error }, isExpected ? error.message : 'the proxy could not start');
    process.exitCode = 1;
  }
}

/** The first signal leaves in order, a second one at once. */
function leaveOnSignal(proxy: RunningProxy, logger: Logger): void {
  let isLeaving = false;
  const leave = (signal: NodeJS.Signals): void => {
    if (isLeaving) {
      process.exit(1);
    }
    isLeaving = true;
    logger.info({ signal }, 'shutting down');
    proxy.close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.fatal({ err: error }, 'shutting down failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', leave);
  process.on('SIGINT', leave);
}
