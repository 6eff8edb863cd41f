import { expect } from 'vitest';
import type { AgentPath } from '../support/agent-process.js';
import type { Behaviour, HttpTarget, SeenRequest } from '../support/http-target.js';
import { answers, hangs } from '../support/target-behaviours.js';
import type { Answer } from './answer.js';
import type { RecordedTargetRequest } from './recording.js';
import type { SessionScript } from './session-script.js';
import { decode, type Fields } from './wire-codec.js';

const RECORDED_ORIGIN = 'http://127.0.0.1:29120';

/** A recorded URL of a target, at ours. */
export function atTarget(target: HttpTarget, url: unknown): string {
  return String(url).replace(RECORDED_ORIGIN, target.url(''));
}

/** The paths that the recorded agent registered, at our target. */
export function pathsOf(scripts: readonly SessionScript[], target: HttpTarget): AgentPath[] {
  return registrationsOf(scripts.slice(0, 1)).map(({ path, labels, targetUrl }) => ({
    path: String(path),
    labels: String(labels),
    url: atTarget(target, targetUrl),
  }));
}

/** What a target does that gives our agent what the recorded one was given, by the path of its URL. */
export function behavioursOf(scripts: readonly SessionScript[]): Record<string, Behaviour> {
  const targetUrls = new Map(
    registrationsOf(scripts).map(({ path, targetUrl }) => [path, String(targetUrl)]),
  );
  const behaviours: Record<string, Behaviour> = {};
  for (const { scrapeRequests, answers: recorded } of scripts) {
    for (const request of scrapeRequests) {
      const { scrapeId, path } = decode('readRequestsFromProxy', 'proxy', request);
      const answer = recorded.get(Number(scrapeId));
      const { pathname } = new URL(targetUrls.get(path) ?? 'http://unknown/');
      if (answer !== undefined) behaviours[pathname] = behaviourFor(answer);
    }
  }
  return behaviours;
}

/** What our target is to receive where the recorded one received this: no more and no fewer headers. */
export function expectedTargetRequest(
  { url, headers: { accept, authorization } }: RecordedTargetRequest,
  target: HttpTarget,
  scrapeTimeoutSecs: number,
): Pick<SeenRequest, 'url'> & { headers: object } {
  return {
    url,
    headers: {
      host: `127.0.0.1:${target.port}`,
      accept,
      'accept-encoding': 'gzip',
      'user-agent': expect.stringMatching(/^prometheus-agent\/\d+\.\d+\.\d+/),
      'x-prometheus-scrape-timeout-seconds': expect.toSatisfy(
        (value) => Number(value) > 0 && Number(value) <= scrapeTimeoutSecs,
      ),
      connection: 'keep-alive',
      ...(authorization === undefined ? {} : { authorization }),
    },
  };
}

function registrationsOf(scripts: readonly SessionScript[]): Fields[] {
  return scripts.flatMap(({ messages }) =>
    messages.filter(({ rpc }) => rpc === 'registerPath').map(({ fields }) => fields),
  );
}

function behaviourFor({ statusCode, contentType, body }: Answer): Behaviour {
  if (statusCode === 408) return hangs();
  return answers(body, { status: statusCode, ...(contentType === '' ? {} : { contentType }) });
}
