import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { AgentProcess } from '../support/agent-process.js';
import { waitForPaths } from '../support/gauges.js';
import { HttpTarget } from '../support/http-target.js';
import type { Program } from '../support/program.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { scrape } from '../support/scrape.js';
import { type Stage, stagePerTest } from '../support/stage.js';

/** Prints, when the program ends, what it has loaded or made of the things that cost most memory. */
const WITNESS = `
let formatters = 0;
Intl.DateTimeFormat = new Proxy(Intl.DateTimeFormat, { construct: (...call) => (formatters++, Reflect.construct(...call)) });
process.on('exit', () => {
  const hasBrowserClient = process.moduleLoadList.includes('NativeModule internal/deps/undici/undici');
  process.stdout.write('WITNESS ' + JSON.stringify({ formatters, hasBrowserClient }) + '\\n');
});
`;

const stage = stagePerTest();

it('serves scrapes without the HTTP client of browsers and without the dates of all languages', async () => {
  const env = { NODE_OPTIONS: `--import=${await witness(stage)}` };
  const target = await HttpTarget.start(stage, { '/m': (_request, response) => response.end('up 1\n') });
  const proxy = await ProxyProcess.start(stage, { env });
  const paths = [{ path: 'm', url: target.url('/m') }];
  const agent = await AgentProcess.start(stage, { proxyPort: proxy.ports.agent, paths, env });
  await waitForPaths(proxy, 1);
  const answer = await scrape(proxy.url('m'));
  await agent.stop();
  await proxy.stop();

  expect(answer.status).toBe(200);
  for (const { program } of [proxy, agent]) {
    expect(testimony(program)).toEqual({ formatters: 0, hasBrowserClient: false });
  }
});

async function witness(on: Stage): Promise<string> {
  const file = join(await on.tempDir(), 'witness.mjs');
  await writeFile(file, WITNESS);
  return pathToFileURL(file).href;
}

function testimony({ output }: Program): unknown {
  return JSON.parse(/^WITNESS (.*)$/m.exec(output)?.[1] ?? 'null');
}
