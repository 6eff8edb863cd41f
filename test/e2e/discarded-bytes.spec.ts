import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { AgentProcess } from '../support/agent-process.js';
import { CertificateAuthority } from '../support/certificates.js';
import { exposition } from '../../libs/delta/src/testing/edits.js';
import { waitForPaths } from '../support/gauges.js';
import { type Behaviour, HttpTarget } from '../support/http-target.js';
import { scrapeWithoutReading } from '../support/lazy-scraper.js';
import { readMetrics } from '../support/metrics-page.js';
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
/** Bytes of bodies that are coded at once, and on another thread. */
const PAGE_SIZES = [3_000, 60_000, 200_000, 500_000];
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

    const wrong = await inLanes(async (number) => {
      const body = BODIES[number % BODIES.length] ?? BODIES[0]!;
      const turn = Math.floor(number / BODIES.length);
      const name = `${turn % 2 === 0 ? 'whole' : 'chunked'}-${body.size}`;
      const way = WAYS[turn % WAYS.length];
      const url = way === 'shared' ? proxy.url(name) : `${proxy.url(name)}?number=${number}`;
      const headers: Record<string, string> = way === 'plain' ? {} : { 'Accept-Encoding': 'gzip' };
      const results = await Promise.all(
        Array.from({ length: way === 'shared' ? 3 : 1 }, () => scrape(url, { headers, timeoutSecs: 20 })),
      );
      return results.every((result) => isRight(result, body)) ? undefined : `${number}: ${name}, ${way}`;
    });

    expect(wrong).toEqual([]);
  });
});

describe('bodies that are the bases of later ones, whose memory is given back when others replace them', () => {
  const stage = stagePerTest();

  /** A proxy behind which each page is another each time. */
  const startPages = async (): Promise<ProxyProcess> => {
    const counts = new Map<number, number>();
    const showNext =
      (size: number): Behaviour =>
      (_request, response) => {
        const number = (counts.get(size) ?? 0) + 1;
        counts.set(size, number);
        response.writeHead(200, { 'Content-Type': TEXT_FORMAT }).end(page(size, number));
      };
    const target = await HttpTarget.start(
      stage,
      Object.fromEntries(PAGE_SIZES.map((size) => [`/page-${size}`, showNext(size)])),
    );
    const proxy = await ProxyProcess.start(stage, { config: { http: { shareIdenticalScrapes: false } } });
    await AgentProcess.start(stage, {
      proxyPort: proxy.ports.agent,
      paths: PAGE_SIZES.map((size) => ({ path: `page-${size}`, url: target.url(`/page-${size}`) })),
      config: { wire: { compression: 'delta' } },
    });
    await waitForPaths(proxy, PAGE_SIZES.length);
    return proxy;
  };

  it('come out whole', async () => {
    const proxy = await startPages();

    const wrong = await inLanes(async (number) => {
      const size = PAGE_SIZES[number % PAGE_SIZES.length] ?? 0;
      const { status, isWhole, body } = await scrape(proxy.url(`page-${size}`));
      return status === 200 && isWhole && isPage(body, size) ? undefined : `${number}: ${size} bytes`;
    });

    expect(wrong).toEqual([]);
    const metrics = await readMetrics(proxy.ports.metrics);
    expect(metrics.sum('proxy_delta_bodies_total', { base: 'hit' })).toBeGreaterThan(SCRAPES / 2);
    expect(metrics.sum('proxy_delta_mismatches_total')).toBe(0);
  });

  it('come out whole to a scraper that reads them when they were replaced', async () => {
    const proxy = await startPages();
    const size = Math.max(...PAGE_SIZES);
    const socket = await scrapeWithoutReading(stage, proxy.ports.http, Array(LATE).fill(`page-${size}`));
    await expect
      .poll(async () => (await readMetrics(proxy.ports.metrics)).sum('proxy_delta_bodies_total'))
      .toBe(LATE);
    for (let count = 0; count < LATE; count += 1) await scrape(proxy.url(`page-${size}`));

    const answers = await readAnswers(socket, LATE);

    expect(answers.map((body) => isPage(body, size))).toEqual(Array(LATE).fill(true));
  });
});

/** As many bodies of the largest page as the system does not take unread. */
const LATE = 24;

/** A page that tells its number in its first line, and here and there. */
function page(size: number, number: number): Buffer {
  const body = exposition(size, 1);
  body.write(`# page ${number} \n`, 0, 'latin1');
  for (let at = 1_000; at + 20 < size; at += 2_500)
    body.write(String(number * at).padStart(15, '0'), at, 'latin1');
  return body;
}

/** Whether this is such a page, whichever it says. */
function isPage(body: Buffer, size: number): boolean {
  const [, number] = /^# page (\d+) /.exec(body.toString('latin1', 0, 40)) ?? [];
  return number !== undefined && body.equals(page(size, Number(number)));
}

/** The bodies of so many answers on one connection. */
async function readAnswers(socket: Socket, count: number): Promise<Buffer[]> {
  const bodies: Buffer[] = [];
  let rest = Buffer.alloc(0);
  for await (const piece of socket as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, piece]);
    for (;;) {
      const headEnd = rest.indexOf('\r\n\r\n') + 4;
      const length = Number(/content-length: (\d+)/i.exec(rest.toString('latin1', 0, headEnd))?.[1]);
      if (headEnd < 4 || rest.length < headEnd + length) break;
      bodies.push(rest.subarray(headEnd, headEnd + length));
      rest = rest.subarray(headEnd + length);
    }
    if (bodies.length === count) break;
  }
  return bodies;
}

/** Do something {@link SCRAPES} times, {@link AT_ONCE} at a time; what went wrong. */
async function inLanes(one: (number: number) => Promise<string | undefined>): Promise<string[]> {
  const wrong: string[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < SCRAPES) {
      const problem = await one(next++);
      if (problem !== undefined) wrong.push(problem);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return wrong;
}

function isRight(
  { status, isWhole, headers, body }: ScrapeResult,
  { plain, gzipped }: (typeof BODIES)[number],
): boolean {
  if (status !== 200 || !isWhole) return false;
  return headers['content-encoding'] === 'gzip' ? body.equals(gzipped) : body.equals(plain);
}
