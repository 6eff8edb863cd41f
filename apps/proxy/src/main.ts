import 'reflect-metadata';
import type { ConfigSource } from '@app/config';
import { createLogger, doctor, ListenError, packageVersion, SignalExit } from '@app/operations';
import { startProxy } from './bootstrap.js';
import { loadProxyConfig, type ProxyOptions } from './config/proxy-options.js';
import { examineProxy } from './doctor/examine-proxy.js';

const PROGRAM = 'prometheus-proxy';
const args = process.argv.slice(2);

const load = (): ReturnType<typeof loadProxyConfig> => loadProxyConfig(args, process.env, packageVersion());

if (doctor.asksForDoctor(args)) {
  await examine();
} else {
  await start();
}

/** Looks at what the program needs, in place of starting it. */
async function examine(): Promise<void> {
  const version = packageVersion();
  const examination = {
    program: PROGRAM,
    version,
    load: (rest: readonly string[]) => loadProxyConfig(rest, process.env, version),
    examine: examineProxy,
  };
  const { text, status } = await doctor.runDoctor(args, examination);
  process.stdout.write(`${text}\n`, () => process.exit(status));
}

async function start(): Promise<void> {
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
      await run(outcome.options, { files: outcome.files, notices: outcome.notices, load });
  }
}

async function run(options: ProxyOptions, source: ConfigSource<ProxyOptions>): Promise<void> {
  const logger = createLogger({ program: PROGRAM, level: options.logLevel, format: options.logFormat });
  source.notices.forEach((notice) => logger.warn(notice));
  const exit = new SignalExit(logger);
  try {
    const starting = startProxy(options, logger, source);
    process.on(
      'SIGHUP',
      () =>
        void starting.then(
          (running) => running.reload(),
          () => undefined,
        ),
    );
    const proxy = await starting;
    const { httpPort, agentPort, encryption, adminPort, metricsPort } = proxy;
    logger.info(
      { version: packageVersion(), httpPort, agentPort, encryption, adminPort, metricsPort },
      'proxy is listening',
    );
    exit.ready(() => proxy.close());
  } catch (error) {
    const isExpected = error instanceof ListenError;
    logger.fatal(isExpected ? {} : { err: error }, isExpected ? error.message : 'the proxy could not start');
    process.exitCode = 1;
  }
}
