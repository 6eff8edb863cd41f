import 'reflect-metadata';
import { launch, packageVersion } from '@app/operations/launch';
import { loadProxyConfig } from './config/proxy-options.js';

const version = packageVersion();

await launch({
  program: 'prometheus-proxy',
  version,
  load: (args) => loadProxyConfig(args, process.env, version),
  run: async (options, source) => {
    const { runProxy } = await (options.modules.length === 0
      ? import('./run.js')
      : import('./run-with-modules.js'));
    return runProxy(options, source);
  },
  examine: async (options, signal) =>
    (await import('./doctor/examine-proxy.js')).examineProxy(options, signal),
});
