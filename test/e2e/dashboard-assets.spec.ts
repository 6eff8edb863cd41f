import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { ProxyProcess } from '../support/proxy-process.js';
import { stagePerTest } from '../support/stage.js';

const ASSETS = new URL('../../apps/proxy/src/dashboard/assets/', import.meta.url);

describe('the dashboard of the built proxy', () => {
  const stage = stagePerTest();

  it('serves each file that its page needs, whole and as what it is', async () => {
    const port = await freePort();
    await ProxyProcess.start(stage, { config: { dashboard: { enabled: true, port } } });
    const base = `http://127.0.0.1:${port}/`;
    const page = await (await fetch(`${base}dashboard`)).text();
    const script = await readFile(new URL('dashboard.js', ASSETS), 'utf8');
    const ofPage = Array.from(
      page.matchAll(/(?:src|href)="dashboard\/assets\/(.*?)"/g),
      ([, name = '']) => name,
    );
    const ofScript = Array.from(script.matchAll(/from '\.\/(.*?)'/g), ([, name = '']) => name);

    const types: Record<string, string | null> = {};
    for (const name of [...ofPage, ...ofScript]) {
      const answer = await fetch(`${base}dashboard/assets/${name}`);
      expect(await answer.text()).toBe(await readFile(new URL(name, ASSETS), 'utf8'));
      types[name] = answer.headers.get('content-type');
    }

    expect(types).toEqual({
      'dashboard.css': 'text/css; charset=utf-8',
      'dashboard.js': 'text/javascript; charset=utf-8',
      'live-tables.js': 'text/javascript; charset=utf-8',
      'icon.svg': 'image/svg+xml',
    });
  });
});
