import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { HttpTarget } from '../support/http-target.js';
import { Program } from '../support/program.js';
import { stagePerTest } from '../support/stage.js';

const script = fileURLToPath(new URL('../../bin/healthcheck.js', import.meta.url));

describe('the health check of a container', () => {
  const stage = stagePerTest();

  it.each([
    [200, 0],
    [503, 1],
    [404, 1],
  ])('tells by its status what the admin server answers: %d is %d', async (answer, expected) => {
    const admin = await HttpTarget.start(stage, {
      '/livez': (_request, response) => void response.writeHead(answer).end(),
    });

    const { code, output } = await check(admin.url('/livez'));

    expect([code, output]).toEqual([expected, `status ${answer}\n`]);
  });

  it('takes no admin server for healthy, unless it was told where to ask', async () => {
    const url = `http://127.0.0.1:${await freePort()}/livez`;

    const byDefault = await check(url);
    const asked = await check('http://unused', { HEALTHCHECK_URL: url });

    expect([byDefault.code, asked.code]).toEqual([0, 1]);
  });

  it('does not wait for an admin server that says nothing', async () => {
    const admin = await HttpTarget.start(stage, { '/livez': () => {} });

    const { code } = await check(admin.url('/livez'));

    expect(code).toBe(1);
  });

  async function check(url: string, env = {}): Promise<{ code: number | null; output: string }> {
    const program = new Program(stage, process.execPath, [script, url], { env });
    const { code } = await program.waitForExit(10_000);
    return { code, output: program.output };
  }
});
