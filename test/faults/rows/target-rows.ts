import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { constants, gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { type Behaviour, HttpTarget } from '../../support/http-target.js';
import {
  answers,
  diesHalfWay,
  hangs,
  hangsAfterHeaders,
  liesAboutLength,
  neverEnds,
  redirects,
  TEXT_FORMAT,
} from '../../support/target-behaviours.js';
import { TcpRelay } from '../../support/tcp-relay.js';
import type { FaultRow } from '../fault-row.js';
import { outcomeOf } from '../world.js';

/** The words of an agent whose machine is busy come too late. */
const BUSY = '504 timed_out';

const LINES = 'series 1\n'.repeat(1_000);
const GZIP = { 'Content-Encoding': 'gzip' };
/** 30 MB of one letter. */
const bomb = (): Buffer => gzipSync(Buffer.alloc(30_000_000, 'a'), { level: constants.Z_BEST_SPEED });
const brokenGzip = (): Buffer => {
  const bytes = gzipSync(LINES);
  bytes.fill(0xff, 20, 30);
  return bytes;
};

function tricklesForEver(): Behaviour {
  return (_request, response) => {
    response.writeHead(200, { 'Content-Type': TEXT_FORMAT });
    const timer = setInterval(() => response.write('#'), 1_000);
    response.once('close', () => clearInterval(timer));
  };
}

function hugeHeader(): Behaviour {
  return (_request, response) => response.writeHead(200, { 'X-Huge': 'a'.repeat(1_000_000) }).end(LINES);
}

/** Closes each connection when the second request on it arrives, before a byte of the answer. */
function closesUnderTheRequest(): Behaviour {
  const used = new WeakSet<Socket>();
  return ({ socket }, response) => {
    if (used.has(socket)) socket.destroy();
    else send(response, LINES);
    used.add(socket);
  };
}

function failsEverySecondTime(): Behaviour {
  let count = 0;
  return (_request, response) => (count++ % 2 === 0 ? response.writeHead(500).end() : send(response, LINES));
}

/** Another Content-Type each time; those of all answers are in `given`. */
const given = new Set<string>();
function neverSaysTheSame(): Behaviour {
  return (_request, response) => {
    const contentType = `text/plain; version=0.0.4; number=${given.size}`;
    given.add(contentType);
    response.writeHead(200, { 'Content-Type': contentType }).end(LINES);
  };
}

function send(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'Content-Type': TEXT_FORMAT, 'Content-Length': body.length }).end(body);
}

interface Failing {
  readonly fault: string;
  readonly injected: string;
  readonly path: string;
  readonly behaviour: Behaviour | string;
  readonly outcome: string;
  /** Another outcome that is right. */
  readonly alternative?: string;
}

const FAILING: readonly Failing[] = [
  {
    fault: 'refuses',
    injected: 'nobody listens',
    path: 'refuses',
    behaviour: 'http://127.0.0.1:1/metrics',
    outcome: '502 target_unreachable',
  },
  {
    fault: 'hangs before its headers',
    injected: 'the request is taken, nothing is said',
    path: 'hangs',
    behaviour: hangs(),
    outcome: '504 upstream_timed_out',
    alternative: BUSY,
  },
  {
    fault: 'hangs after its headers',
    injected: 'headers, and nothing after them',
    path: 'hangs-later',
    behaviour: hangsAfterHeaders(),
    outcome: '504 upstream_timed_out',
    alternative: BUSY,
  },
  {
    fault: 'trickles',
    injected: 'a byte a second',
    path: 'trickles',
    behaviour: tricklesForEver(),
    outcome: '504 upstream_timed_out',
    alternative: BUSY,
  },
  {
    fault: 'never ends its body',
    injected: 'lines for as long as somebody reads',
    path: 'endless',
    behaviour: neverEnds(),
    outcome: '413 content_too_large',
  },
  {
    fault: 'lies about Content-Length',
    injected: 'announces 50 KB more than it sends',
    path: 'lies',
    behaviour: liesAboutLength(Buffer.from(LINES), LINES.length + 50_000),
    outcome: '502 target_unreachable',
  },
  {
    fault: 'is cut in the middle',
    injected: 'half of the body, then a reset',
    path: 'dies',
    behaviour: diesHalfWay(Buffer.from(LINES)),
    outcome: '502 target_unreachable',
  },
  {
    fault: 'sends a gzip bomb',
    injected: '30 MB in a small gzip',
    path: 'bomb',
    behaviour: (request, response) => answers(bombBytes(), { headers: GZIP })(request, response),
    outcome: '413 content_too_large',
  },
  {
    fault: 'sends broken gzip',
    injected: 'gzip with damaged bytes, to a scraper that takes no gzip',
    path: 'broken',
    behaviour: answers(brokenGzip(), { headers: GZIP }),
    outcome: '502 invalid_payload',
  },
  {
    fault: 'sends a huge header',
    injected: 'a header of 1 MB',
    path: 'huge-header',
    behaviour: hugeHeader(),
    outcome: '502 target_unreachable',
  },
  {
    fault: 'redirects in a circle',
    injected: '302 to itself',
    path: 'circle',
    behaviour: redirects('/circle'),
    outcome: '502 upstream_error',
  },
];

let bombBody: Buffer | undefined;
const bombBytes = (): Buffer => (bombBody ??= bomb());

const inWords = (outcome: string): string => outcome.replace(/ (\w+)$/, ' `$1`');

const failingRow = ({ fault, injected, path, outcome, alternative }: Failing): FaultRow => ({
  fault,
  injected: `${injected}; five scrapes at once`,
  expected: [outcome, ...(alternative === undefined ? [] : [alternative])].map(inWords).join(', or '),
  isQuick: true,
  inject: async (world) => {
    const results = await Promise.all(Array.from({ length: 5 }, () => world.scrape(path)));
    const outcomes = [...new Set(results.map(outcomeOf))].toSorted();
    expect(outcomes.filter((seen) => seen !== outcome && seen !== alternative)).toEqual([]);
    return outcomes.join(', ');
  },
});

export const TARGET_PATHS: Readonly<Record<string, Behaviour | string>> = {
  ...Object.fromEntries(FAILING.map(({ path, behaviour }) => [path, behaviour])),
  'closes-early': closesUnderTheRequest(),
  moody: failsEverySecondTime(),
  inventive: neverSaysTheSame(),
};

const inventive = (times: number): FaultRow => ({
  fault: `${times} distinct content types`,
  injected: `another Content-Type with each of ${times} scrapes`,
  expected: 'each success with the Content-Type of the target',
  isQuick: times < 1_000,
  inject: async (world) => {
    const seen = new Set<string>();
    for (let round = 0; round < times / 10; round += 1) {
      const results = await Promise.all(Array.from({ length: 10 }, () => world.scrape('inventive')));
      results.forEach(({ headers }) => seen.add(headers['content-type'] ?? ''));
    }
    expect(seen.size).toBe(times);
    expect([...seen].filter((contentType) => !given.has(contentType))).toEqual([]);
  },
});

export const TARGET_ROWS: readonly FaultRow[] = [
  ...FAILING.map(failingRow),
  {
    fault: 'fails, and is well again',
    injected: '500 and 200 in turn',
    expected: '500 `upstream_error` and success in turn',
    isQuick: true,
    inject: async (world) => {
      const outcomes: string[] = [];
      for (let scrapes = 0; scrapes < 4; scrapes += 1) outcomes.push(outcomeOf(await world.scrape('moody')));
      expect(outcomes).toEqual(['500 upstream_error', '200', '500 upstream_error', '200']);
    },
  },
  {
    fault: 'closes kept connections under the request',
    injected: 'each connection closed when its second request arrives, 50 scrapes',
    expected: 'every scrape succeeds',
    isQuick: true,
    inject: async (world) => {
      for (let scrapes = 0; scrapes < 50; scrapes += 1) {
        expect(outcomeOf(await world.scrape('closes-early'))).toBe('200');
      }
    },
  },
  {
    fault: 'resets one connection in a hundred',
    injected: 'a new connection for each of 1,000 scrapes, 1 % of them reset after the first bytes',
    expected: 'success: the agent asks once more, on a new connection',
    isQuick: true,
    world: async (stage) => {
      const target = await HttpTarget.start(stage, {
        '/metrics': (_request, response) => response.setHeader('Connection', 'close').end(LINES),
      });
      const relay = await TcpRelay.start(stage, target.port);
      relay.resetSome(0.01);
      return { paths: { reset: `http://127.0.0.1:${relay.port}/metrics` } };
    },
    inject: async (world) => {
      const outcomes: string[] = [];
      for (let round = 0; round < 50; round += 1) {
        const results = await Promise.all(Array.from({ length: 20 }, () => world.scrape('reset')));
        outcomes.push(...results.map(outcomeOf));
      }
      const failed = outcomes.filter((outcome) => outcome !== '200');
      expect(failed.filter((outcome) => outcome !== '502 target_unreachable')).toEqual([]);
      // Both connections of one scrape may be hit.
      expect(failed.length).toBeLessThanOrEqual(3);
    },
  },
  inventive(200),
  inventive(10_000),
];
