import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadAgentConfig } from '../../apps/agent/src/config/agent-options.js';
import { loadProxyConfig } from '../../apps/proxy/src/config/proxy-options.js';

const folder = fileURLToPath(new URL('../../examples/', import.meta.url));
const files = readdirSync(folder).filter((file) => file.endsWith('.conf'));

describe('the example config files', () => {
  it.each(files)('run as they are: %s', async (file) => {
    const load = file.startsWith('proxy') ? loadProxyConfig : loadAgentConfig;

    const outcome = await load(['--config', `${folder}${file}`], {});

    expect(outcome).toMatchObject({ kind: 'run', notices: [] });
  });
});
