import { doctor } from '@app/operations';
import type { ProxyOptions } from '../config/proxy-options.js';
import { discoveryPath, parseTargetPrefix } from '../service-discovery/target-prefix.js';
import { judgeDiscovery } from './judge-discovery.js';
import { isProxyAnswer, type ScrapePort } from './scrape-port.js';

const { note, ok, problem } = doctor;

/** What a running proxy tells Prometheus, and whether the address in it leads back to that proxy. */
export async function examineDiscovery(
  { service: { discovery } }: ProxyOptions,
  port: ScrapePort,
): Promise<doctor.Finding[]> {
  if (!discovery.enabled) {
    return [note('service discovery', 'is off (proxy.service.discovery.enabled)')];
  }
  if (!(await port.isOurs())) {
    return [note('service discovery', 'was not looked at: no proxy runs with this configuration')];
  }
  const [prefix, document] = await Promise.all([
    examinePrefix(discovery.targetPrefix, port),
    examineDocument(discoveryPath(discovery.path), port),
  ]);
  return [prefix, ...document];
}

async function examinePrefix(prefix: string, port: ScrapePort): Promise<doctor.Finding> {
  const { target, scheme } = parseTargetPrefix(prefix) ?? { target: prefix, scheme: 'http' };
  const answer = await port.askAt(`${scheme}://${target}/`);
  return isProxyAnswer(answer)
    ? ok('address for Prometheus', `${target} leads to a proxy`)
    : problem(
        'address for Prometheus',
        `${scheme}://${target} does not lead to a proxy, seen from this host`,
        'set proxy.service.discovery.targetPrefix (--sd_target_prefix) to how Prometheus reaches the scrape port',
      );
}

async function examineDocument(path: string, port: ScrapePort): Promise<doctor.Finding[]> {
  const answer = await port.ask(path);
  if (answer === undefined) {
    return [problem('document', 'no answer came in time')];
  }
  if (answer.status === 503) {
    const words =
      'is not given yet: no agent has connected, or the proxy has just started; Prometheus keeps what it has';
    return [note('document', words)];
  }
  return answer.status === 200
    ? judgeDiscovery(answer.body)
    : [problem('document', `the proxy answers ${answer.status}`)];
}
