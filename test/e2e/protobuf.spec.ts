import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { HttpTarget } from '../support/http-target.js';
import { encodeExposition, type MetricFamily, PROTOBUF_FORMAT } from '../support/metric-family.js';
import { type Pair, startPair } from '../support/pair.js';
import { PrometheusProcess } from '../support/prometheus-process.js';
import { findPrometheus } from '../support/real-programs.js';
import { scrape } from '../support/scrape.js';
import { type Stage, stagePerSuite } from '../support/stage.js';
import { answers } from '../support/target-behaviours.js';

const ACCEPT = `${PROTOBUF_FORMAT.replaceAll('; ', ';')};q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`;
const SMALL = encodeExposition([latencies(1)]);
const LARGE = encodeExposition([latencies(1), ...gauges(5_000)]);

describe('a target that speaks protobuf', () => {
  const stage = stagePerSuite();
  let pair: Pair;

  beforeAll(async () => {
    ({ pair } = await startProtobufTarget(stage));
  });

  it.each([
    { path: 'small', direct: SMALL },
    { path: 'large', direct: LARGE },
  ])('arrives byte for byte, $path, at a scraper that does not take gzip', async ({ path, direct }) => {
    const result = await scrape(pair.proxy.url(path), { headers: { Accept: ACCEPT } });

    expect(result.status).toBe(200);
    expect(result.headers['content-type']).toBe(PROTOBUF_FORMAT);
    expect(result.headers['content-encoding']).toBeUndefined();
    expect(sha256(result.body)).toBe(sha256(direct));
  });

  it.each([
    { path: 'small', direct: SMALL },
    { path: 'large', direct: LARGE },
  ])('arrives byte for byte, $path, at a scraper that takes gzip', async ({ path, direct }) => {
    const headers = { Accept: ACCEPT, 'Accept-Encoding': 'gzip' };
    const result = await scrape(pair.proxy.url(path), { headers });

    const isGzip = result.headers['content-encoding'] === 'gzip';
    expect(result.headers['content-type']).toBe(PROTOBUF_FORMAT);
    expect(sha256(isGzip ? gunzipSync(result.body) : result.body)).toBe(sha256(direct));
  });
});

for (const major of [2, 3] as const) {
  const program = findPrometheus(major);
  const title = `Prometheus ${major} with native histograms${program ? '' : `, no Prometheus ${major}`}`;

  describe.skipIf(program === undefined)(title, () => {
    const stage = stagePerSuite();
    let target: HttpTarget;
    let prometheus: PrometheusProcess;

    beforeAll(async () => {
      const { pair, target: started } = await startProtobufTarget(stage);
      target = started;
      const flags = major === 2 ? ['--enable-feature=native-histograms'] : [];
      const config = scrapeConfig(major, target.port, pair.proxy.ports.http);
      prometheus = await PrometheusProcess.start(stage, program!, config, flags);
      const isUp = async (): Promise<void> => expect(await prometheus.value('sum(up)')).toBe(2);
      await vi.waitFor(isUp, { timeout: 15_000, interval: 200 });
    });

    it('asks the target for protobuf in the same words through the tunnel as directly', () => {
      const accepted = new Set(target.requestsFor('/large').map((request) => request.headers.accept));

      expect(accepted.size).toBe(1);
      expect([...accepted][0]).toMatch(/^application\/vnd\.google\.protobuf;proto=io\.prometheus\.client/);
    });

    it('stores the same native histogram as from a direct scrape', async () => {
      const [direct] = await prometheus.query('rpc_duration_seconds{job="direct"}');
      const [tunnel] = await prometheus.query('rpc_duration_seconds{job="tunnel"}');

      expect(direct?.histogram?.[1]).toMatchObject({ count: '12', sum: '18.5' });
      expect(tunnel?.histogram?.[1]).toEqual(direct?.histogram?.[1]);
    });
  });
}

async function startProtobufTarget(stage: Stage): Promise<{ target: HttpTarget; pair: Pair }> {
  const target = await HttpTarget.start(stage, {
    '/small': answers(SMALL, { contentType: PROTOBUF_FORMAT }),
    '/large': answers(LARGE, { contentType: PROTOBUF_FORMAT }),
  });
  const paths = ['small', 'large'].map((path) => ({ path, url: target.url(`/${path}`) }));
  return { target, pair: await startPair(stage, { paths }) };
}

function latencies(pods: number): MetricFamily {
  return {
    name: 'rpc_duration_seconds',
    help: 'How long calls took.',
    type: 'HISTOGRAM',
    metric: Array.from({ length: pods }, (_, pod) => ({
      label: [{ name: 'pod', value: `pod-${pod}` }],
      histogram: {
        sampleCount: 12,
        sampleSum: 18.5,
        schema: 0,
        zeroThreshold: 0.001,
        zeroCount: 2,
        positiveSpan: [
          { offset: 0, length: 2 },
          { offset: 1, length: 2 },
        ],
        positiveDelta: [1, 1, -1, 5],
      },
    })),
  };
}

function gauges(count: number): MetricFamily[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `queue_depth_${index}`,
    help: 'Bytes beyond ASCII: äöü',
    type: 'GAUGE' as const,
    metric: [{ gauge: { value: Math.PI * index } }],
  }));
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function scrapeConfig(major: 2 | 3, targetPort: number, proxyPort: number): string {
  return `
global:
  scrape_interval: 1s
  scrape_timeout: 1s
${major === 3 ? '  scrape_native_histograms: true' : ''}
scrape_configs:
  - job_name: direct
    metrics_path: /large
    static_configs: [{ targets: ['127.0.0.1:${targetPort}'] }]
  - job_name: tunnel
    metrics_path: /large
    static_configs: [{ targets: ['127.0.0.1:${proxyPort}'] }]
`;
}
