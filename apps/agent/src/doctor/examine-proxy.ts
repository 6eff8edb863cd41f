import { connect } from 'node:net';
import { CAPABILITIES } from '@app/protocol';
import { doctor } from '@app/operations';
import { status } from '@grpc/grpc-js';
import { createAgentIdentity } from '../agent-identity.js';
import { type AgentOptions, formatEndpoint, type ProxyEndpoint } from '../config/agent-options.js';
import { dialOptions } from '../connection/connection-settings.js';
import type { LinkSecrets } from '../connection/link-secrets.js';
import { findAddresses } from '../connection/proxy-addresses.js';
import { PeerWords } from '../connection/peer-words.js';
import { hostOf, ProxyDialer, type Route } from '../connection/proxy-dialer.js';
import type { CallProblem, ProxyClient } from '../connection/proxy-port.js';
import { type ProxyIntroduction, registerAgent } from '../connection/register-agent.js';
import { settlesWithin } from '../connection/settles-within.js';
import type { Egress } from '../egress/egress.js';
import { examineTls } from './examine-tls.js';

export interface ProxySurroundings {
  readonly options: AgentOptions;
  readonly secrets: LinkSecrets;
  readonly egress: Egress;
  readonly signal: AbortSignal;
}

const CONNECT_MS = 5_000;
const REGISTER_MS = 10_000;

const { note, ok, problem, warning } = doctor;

/** Dial a proxy step by step, as far as it goes: name, connection, TLS, token, and what the proxy can do. */
export async function examineProxy(
  endpoint: ProxyEndpoint,
  { options, secrets, egress, signal }: ProxySurroundings,
): Promise<doctor.Finding[]> {
  const httpProxy = egress.forLink(endpoint);
  const dialled = httpProxy ?? endpoint;
  const addresses = await findAddresses(dialled.host, signal);
  if (typeof addresses === 'string') {
    const option =
      httpProxy === undefined ? 'agent.proxy.hostname (--proxy, PROXY_HOSTNAME)' : 'agent.egress';
    return [problem('name', addresses, `check ${option}, and the name servers of this host`)];
  }
  const findings = [ok('name', `${dialled.host} is ${addresses.join(', ')}`)];
  const reached = await Promise.all(addresses.map((address) => reach(address, dialled.port, signal)));
  findings.push(...reached.map(({ finding }) => finding));
  if (!reached.some(({ isOpen }) => isOpen)) {
    return findings;
  }
  if (httpProxy !== undefined) {
    findings.push(note('way', `through the HTTP proxy ${httpProxy.shown}`));
  }
  const open = addresses.filter((_address, index) => reached[index]?.isOpen === true);
  const { certificates } = await secrets.read();
  if (certificates !== undefined && httpProxy === undefined) {
    const name = hostOf(dialOptions(options).overrideAuthority) || endpoint.host;
    const seen = await examineTls(open[0] ?? '', endpoint.port, { ...certificates, name }, signal);
    findings.push(...seen);
    if (seen.some(({ verdict }) => verdict === 'problem')) {
      return [...findings, note('token', 'was not tried: TLS comes first')];
    }
  }
  const dialer = new ProxyDialer(
    dialOptions(options),
    secrets,
    new PeerWords(options.limits.maxReasonLength),
    egress,
  );
  const routes = await dialer.routes(endpoint, signal);
  const route = typeof routes === 'string' ? undefined : routes[addresses.indexOf(open[0] ?? '')];
  return [...findings, ...(await introduce(route, options, signal))];
}

/** Whether something listens there. */
async function reach(
  address: string,
  port: number,
  signal: AbortSignal,
): Promise<{ isOpen: boolean; finding: doctor.Finding }> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const startedAtMs = performance.now();
  const socket = connect({
    host: address,
    port,
    signal: AbortSignal.any([signal, AbortSignal.timeout(CONNECT_MS)]),
  });
  socket.once('connect', () => resolve(''));
  socket.once('error', ({ code, name }: NodeJS.ErrnoException) =>
    resolve(name === 'AbortError' ? `no answer within ${CONNECT_MS / 1_000} s` : (code ?? name)),
  );
  const trouble = await promise;
  socket.destroy();
  const place = formatEndpoint({ host: address, port });
  if (trouble === '') {
    const took = Math.round(performance.now() - startedAtMs);
    return { isOpen: true, finding: ok('connection', `${place} answers in ${took} ms`) };
  }
  const advice =
    trouble === 'ECONNREFUSED'
      ? 'nothing listens there: is the proxy running, and is this its agent port (proxy.agent.port)?'
      : 'a firewall may be in the way: outbound connections to this port must be allowed';
  return { isOpen: false, finding: problem('connection', `${place}: ${trouble}`, advice) };
}

/** Connect as an agent would, but under a name of its own and without a path. */
async function introduce(
  route: Route | undefined,
  options: AgentOptions,
  signal: AbortSignal,
): Promise<doctor.Finding[]> {
  if (route === undefined) {
    return [];
  }
  const client = route();
  const giveUp = (): void => client.close();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    const connected = await client.connectAgent();
    if (!connected.ok) {
      return [refusal(connected.problem)];
    }
    const token =
      options.agentToken === '' && options.agentTokenFile === '' ? 'none was asked for' : 'accepted';
    return [ok('token', token), await askWhoItIs(client, connected.value, options)];
  } finally {
    signal.removeEventListener('abort', giveUp);
    client.close();
  }
}

async function askWhoItIs(
  client: ProxyClient,
  agentId: string,
  options: AgentOptions,
): Promise<doctor.Finding> {
  const { agentName, ...identity } = createAgentIdentity(options.name);
  const introduction = {
    identity: { ...identity, agentName: `doctor of ${agentName}` },
    isConsolidated: options.consolidated,
    capabilities: CAPABILITIES,
    proxies: options.endpoints.map(formatEndpoint),
    proxyIndex: 0,
  };
  const registering = registerAgent(client, agentId, introduction);
  if (!(await settlesWithin(registering, REGISTER_MS))) {
    return problem('proxy', `did not answer within ${REGISTER_MS / 1_000} s`, 'look at the log of the proxy');
  }
  const registered = await registering;
  return typeof registered === 'string'
    ? problem('proxy', `turned the agent away: ${registered}`, 'look at the log of the proxy')
    : judgeProxy(registered);
}

function judgeProxy({ capabilities, version }: ProxyIntroduction): doctor.Finding {
  // One is announced by how this agent is connected, not by what the proxy can.
  const missing = CAPABILITIES.filter(
    (capability) => capability !== 'implied-agent-id' && !capabilities.has(capability),
  );
  const shown = version === '' ? 'of a version it does not tell' : `version ${version}`;
  if (missing.length === 0) {
    return ok('proxy', `${shown}, can do all that this agent can: ${CAPABILITIES.join(', ')}`);
  }
  const words =
    capabilities.size === 0
      ? 'is prometheus-proxy 4.x or another that announces nothing: it works without what came later'
      : `${shown}, is another than this agent: it works without ${missing.join(', ')}`;
  return note('proxy', words);
}

function refusal({ code, words }: CallProblem): doctor.Finding {
  if (code === status.UNAUTHENTICATED || code === status.PERMISSION_DENIED) {
    return problem(
      'token',
      words,
      'set agent.agentToken (--agent_token, AGENT_TOKEN) or agentTokenFile to a token of the proxy (proxy.auth, proxy.agentToken)',
    );
  }
  if (code === status.UNIMPLEMENTED) {
    return warning('proxy', words, 'what answers there is no prometheus-proxy: check host and port');
  }
  return problem('gRPC', words, 'agent and proxy must both have TLS on, or both off: agent.tls, proxy.tls');
}
