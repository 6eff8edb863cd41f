import { doctor } from '@app/operations';
import type { ProxyOptions } from '../config/proxy-options.js';
import { openPortWarnings } from '../agents/agent-transport.js';
import { examineCertificates } from './examine-certificates.js';
import { examineDiscovery } from './examine-discovery.js';
import { examineIdentities, examineScrapers } from './examine-identities.js';
import { examinePorts } from './examine-ports.js';
import { scraperIdentity } from './scraper-identity.js';
import { ScrapePort } from './scrape-port.js';

/**
 * Look at all that a proxy of this configuration needs: its ports, certificates and identities; and where one runs, at
 * what it tells Prometheus. Nothing of a running proxy is changed.
 */
export async function examineProxy(options: ProxyOptions, signal: AbortSignal): Promise<doctor.Section[]> {
  const scrapePort = new ScrapePort(options, await scraperIdentity(options), signal);
  const exposure = openPortWarnings(options).map((words) => doctor.warning('agent port', words));
  const [ports, certificates, identities, scrapers] = await Promise.all([
    examinePorts(options, scrapePort, signal),
    examineCertificates(options),
    examineIdentities(options),
    examineScrapers(options),
  ]);
  return [
    { title: 'Exposure', findings: exposure },
    { title: 'Ports', findings: ports },
    { title: 'Certificates', findings: certificates },
    { title: 'Identities of agents', findings: identities },
    { title: 'Credentials of scrapers', findings: scrapers },
    { title: 'Service discovery', findings: await examineDiscovery(options, scrapePort) },
  ];
}
