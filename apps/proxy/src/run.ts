import type { ConfigSource } from '@app/config';
import { runProgram } from '@app/extensions';
import type { ProxyOptions } from './config/proxy-options.js';
import { EmbeddedProxy } from './embedding/embedded-proxy.service.js';
import { ProxyModule } from './embedding/proxy.module.js';

/**
 * Start the proxy of a configuration, with signals, and log how that went; a failure sets the exit status.
 *
 * @param source - where `options` came from; its notices are logged
 */
export function runProxy(options: ProxyOptions, source: ConfigSource<ProxyOptions>): Promise<void> {
  return runProgram(
    {
      kind: 'proxy',
      module: (setup) => ProxyModule.forRoot(setup),
      runningIn: (host) => host.get(EmbeddedProxy).started,
      announce: ({ httpPort, agentPort, encryption, adminPort, metricsPort, dashboardPort }) => ({
        words: 'proxy is listening',
        fields: { httpPort, agentPort, encryption, adminPort, metricsPort, dashboardPort },
      }),
    },
    options,
    source,
  );
}
