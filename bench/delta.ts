/**
 * What bodies as differences save on the link and what they cost: `node bench/delta.ts`, after `npm run build`.
 *
 * A live node_exporter is scraped through a proxy and an agent as processes, over a relay that counts the bytes of both
 * directions, TCP and IP headers not among them; then the CPU time of both programs is compared on recorded pages.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

/** As Prometheus 3 sends it. */
const ACCEPT =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';
const MODES = ['passthrough', 'delta'] as const;
type Mode = (typeof MODES)[number];
const TICKS_PER_SEC = Number(execFileSync('getconf', ['CLK_TCK']).toString());

const { values } = parseArgs({
  options: {
    exporter: { type: 'string', default: 'prometheus-node-exporter' },
    seconds: { type: 'string', default: '60' },
    scrapes: { type: 'string', default: '2000' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'bench-delta-'));
const children: ChildProcess[] = [];
process.once('exit', () => {
  children.forEach((child) => child.kill('SIGKILL'));
  rmSync(folder, { recursive: true, force: true });
});

interface Pair {
  readonly url: string;
  readonly proxy: ChildProcess;
  readonly agent: ChildProcess;
  readonly relay: CountingRelay;
}

/** A link that counts what goes over it. */
class CountingRelay {
  up = 0;
  down = 0;
  readonly #server: Server;

  constructor(farPort: number) {
    this.#server = createServer((near) => this.#join(near, connect(farPort, '127.0.0.1')));
  }

  get bytes(): number {
    return this.up + this.down;
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
  }

  #join(near: Socket, far: Socket): void {
    near.on('data', (bytes) => ((this.up += bytes.length), far.write(bytes)));
    far.on('data', (bytes) => ((this.down += bytes.length), near.write(bytes)));
    [near, far].forEach((socket) => socket.setNoDelay(true).on('error', () => undefined));
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function start(file: string, args: string[]): ChildProcess {
  const child = spawn(file, args, { stdio: 'ignore' });
  children.push(child);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

async function startPair(targetUrl: string, mode: Mode): Promise<Pair> {
  const [http, agentPort] = [await freePort(), await freePort()];
  const relay = new CountingRelay(agentPort);
  const config = {
    proxy: { http: { port: http }, agent: { port: agentPort } },
    agent: {
      proxy: { hostname: '127.0.0.1', port: await relay.listen() },
      wire: { compression: mode },
      pathConfigs: [{ name: 'node', path: 'node', url: targetUrl }],
    },
  };
  const file = join(folder, `${mode}-${http}.json`);
  writeFileSync(file, JSON.stringify(config));
  const proxy = start(process.execPath, ['bin/proxy.js', '--config', file]);
  const agent = start(process.execPath, ['bin/agent.js', '--config', file]);
  const url = `http://127.0.0.1:${http}/node`;
  const isServed = (): Promise<boolean> =>
    scrape(url).then(
      ({ status }) => status === 200,
      () => false,
    );
  while (!(await isServed())) {
    await pause(200);
  }
  return { url, proxy, agent, relay };
}

async function endPair({ proxy, agent, relay }: Pair): Promise<void> {
  await end(agent);
  await end(proxy);
  relay.close();
}

function scrape(url: string): Promise<{ status: number; byteCount: number }> {
  return new Promise((resolve, reject) => {
    const headers = {
      accept: ACCEPT,
      'accept-encoding': 'gzip',
      'x-prometheus-scrape-timeout-seconds': '10',
    };
    const onAnswer = (response: IncomingMessage): void => {
      let byteCount = 0;
      response.on('data', (piece: Buffer) => (byteCount += piece.length));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, byteCount }));
    };
    get(url, { headers }, onAnswer).once('error', reject);
  });
}

/** Median bytes while a scrape is under way, and the mean over all the time, at one scrape every so many seconds. */
async function measureBytes(url: string, mode: Mode, everySecs: number): Promise<string[]> {
  const pair = await startPair(url, mode);
  await scrape(pair.url);
  const count = Math.max(3, Math.floor(Number(values.seconds) / everySecs));
  const from = pair.relay.bytes;
  const each: number[] = [];
  for (let at = 0; at < count; at += 1) {
    await pause(everySecs * 1_000);
    const before = pair.relay.bytes;
    await scrape(pair.url);
    each.push(pair.relay.bytes - before);
  }
  const mean = (pair.relay.bytes - from) / count;
  await endPair(pair);
  const median = each.toSorted((a, b) => a - b)[count >> 1] ?? 0;
  return [mode, `every ${everySecs} s`, String(median), mean.toFixed(0)];
}

function cpuMs(child: ChildProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SEC;
}

/** Milliseconds of CPU per scrape in agent and proxy, one scrape at a time, on pages that change. */
async function measureCpu(pages: readonly Buffer[], rounds: number): Promise<void> {
  let served = 0;
  const packed = pages.map((page) => gzipSync(page));
  const target = createHttpServer((request, response) => {
    const at = served++ % pages.length;
    const isPacked = request.headers['accept-encoding'] === 'gzip';
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response
      .writeHead(200, isPacked ? { 'content-encoding': 'gzip' } : {})
      .end((isPacked ? packed : pages)[at]);
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}/metrics`;
  const pairs = await Promise.all(MODES.map((mode) => startPair(url, mode)));
  const spent = MODES.map((): [number[], number[]] => [[], []]);
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, pair] of pairs.entries()) {
      const before = [cpuMs(pair.agent), cpuMs(pair.proxy)];
      const count = Number(values.scrapes);
      for (let at = 0; at < count; at += 1) {
        await scrape(pair.url);
      }
      // The first round warms up.
      if (round >= 0) {
        spent[index]?.[0].push((cpuMs(pair.agent) - (before[0] ?? 0)) / count);
        spent[index]?.[1].push((cpuMs(pair.proxy) - (before[1] ?? 0)) / count);
      }
    }
  }
  for (const [index, mode] of MODES.entries()) {
    const [agent = 0, proxy = 0] = (spent[index] ?? []).map(
      (all) => all.toSorted((a, b) => a - b)[all.length >> 1] ?? 0,
    );
    console.log([mode, agent.toFixed(3), proxy.toFixed(3), (agent + proxy).toFixed(3)].join('\t'));
  }
  await Promise.all(pairs.map(endPair));
  target.close();
}

const exporterPort = await freePort();
const exporter = start(values.exporter, [`--web.listen-address=127.0.0.1:${exporterPort}`]);
const exporterUrl = `http://127.0.0.1:${exporterPort}/metrics`;
await pause(1_000);
console.log(
  'bytes on the link, up and down\nmode\tscrapes\tper scrape (median)\tper scrape with what else goes over the link (mean)',
);
for (const everySecs of [1, 15]) {
  for (const row of await Promise.all(MODES.map((mode) => measureBytes(exporterUrl, mode, everySecs)))) {
    console.log(row.join('\t'));
  }
}

const pages: Buffer[] = [];
for (let at = 0; at < 5; at += 1) {
  pages.push(Buffer.from(await (await fetch(exporterUrl, { headers: { accept: 'text/plain' } })).text()));
  await pause(1_000);
}
await end(exporter);
console.log(`\nCPU, ms per scrape of ${pages[0]?.length ?? 0} bytes, medians\nmode\tagent\tproxy\tboth`);
await measureCpu(pages, 3);
process.exit(0);
