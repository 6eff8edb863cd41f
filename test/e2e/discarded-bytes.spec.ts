import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { AgentProcess } from '../support/agent-process.js';
import { CertificateAuthority } from '../support/certificates.js';
import { waitForPaths } from '../support/gauges.js';
import { type Behaviour, HttpTarget } from '../support/http-target.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { scrape, type ScrapeResult } from '../support/scrape.js';
import { stagePerTest } from '../support/stage.js';
import { answersWithOwnGzip, TEXT_FORMAT } from '../support/target-behaviours.js';

/** Bytes on the link: in the pool of Node.js, of one read, of several, and on a call of their own. */
const SIZES = [400, 8_000, 33_000, 90_000, 340_000, 700_000];
const BODIES = SIZES.map((size) => {
  const plain = Buffer.from(randomBytes(size / 2).toString('hex'));
  return { size, plain, gzipped: gzipSync(plain, { level: 1 }) };
});
const SCRAPES = 600;
const AT_ONCE = 24;

/** The gzip bytes in many small chunks, as a target that compresses while it writes. */
function answersInChunks(gzipped: Buffer): Behaviour {
  return (_request, response) => {
    response.writeHead(200, { 'Content-Type': TEXT_FORMAT, 'Content-Encoding': 'gzip' });
    for (let at = 0; at < gzipped.length; at += 3_000) response.write(gzipped.subarray(at, at + 3_000));
    response.end();
  };
}

/** How a scraper asks: with gzip, without, and for what another one asks for at the same time. */
const WAYS = ['gzip', 'plain', 'shared'] as const;

describe('bodies that pass at the same time, whose memory is given back as they leave, come out whole', () => {
  const stage = stagePerTest();

  it.each(['in plain text', 'over TLS'])('%s', async (link) => {
    const target = await HttpTarget.start(
      stage,
      Object.fromEntries(
        BODIES.flatMap(({ size, plain, gzipped }) => [
          [`/whole-${size}`, answersWithOwnGzip(plain, gzipped)],
          [`/chunked-${size}`, answersInChunks(gzipped)],
        ]),
      ),
    );
    const authority =
      link === 'over TLS' ? await CertificateAuthority.create(await stage.tempDir()) : undefined;
    const server = await authority?.issue('server');
    const proxy = await ProxyProcess.start(stage, {
      config:
        server === undefined
          ? {}
          : { tls: { certChainFilePath: server.certificate, privateKeyFilePath: server.key } },
    });
    const names = BODIES.flatMap(({ size }) => [`whole-${size}`, `chunked-${size}`]);
    await AgentProcess.start(stage, {
      proxyPort: proxy.ports.agent,
      paths: names.map((name) => ({ path: name, url: target.url(`/${name}`) })),
      config: {
        wire: { compression: 'passthrough' },
        ...(authority && { tls: { trustCertCollectionFilePath: authority.certificate } }),
      },
    });
    await waitForPaths(proxy, names.length);

    const wrong: string[] = [];
    const one = async (number: number): Promise<void> => {
      const body = BODIES[number % BODIES.length] ?? BODIES[0]!;
      const turn = Math.floor(number / BODIES.length);
      const name = `${turn % 2 === 0 ? 'whole' : 'chunked'}-${body.size}`;
      const way = WAYS[turn % WAYS.length];
      const url = way === 'shared' ? proxy.url(name) : `${proxy.url(name)}?number=${number}`;
      const headers: Record<string, string> = way === 'plain' ? {} : { 'Accept-Encoding': 'gzip' };
      const results = await Promise.all(
        Array.from({ length: way === 'shared' ? 3 : 1 }, () => scrape(url, { headers, timeoutSecs: 20 })),
      );
      if (!results.every((result) => isRight(result, body))) wrong.push(`${number}: ${name}, ${way}`);
    };
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < SCRAPES) await one(next++);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));

    expect(wrong).toEqual([]);
  });
});

function isRight(
  { status, isWhole, headers, body }: ScrapeResult,
  { plain, gzipped }: (typeof BODIES)[number],
): boolean {
  if (status !== 200 || !isWhole) return false;
  return headers['content-encoding'] === 'gzip' ? body.equals(gzipped) : body.equals(plain);
}
