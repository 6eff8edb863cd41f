import { hostname } from 'node:os';
import { CAPABILITIES } from '@app/protocol';
import { expect } from 'vitest';
import type { Cast } from './agent-cast.js';
import { atTarget } from './recorded-target.js';
import type { Fields } from './wire-codec.js';

/** What our agent is to say where the recorded one said this. */
export function expectedMessage(
  rpc: string,
  recorded: Fields,
  { proxy, target }: Pick<Cast, 'proxy' | 'target'>,
): Fields {
  if (rpc === 'registerAgent') {
    return {
      ...recorded,
      launchId: expect.stringMatching(/./),
      hostName: hostname(),
      proxyEndpoints: [`127.0.0.1:${proxy.port}`],
      capabilities: [...CAPABILITIES],
    };
  }
  if (rpc !== 'registerPath') return recorded;
  return { ...recorded, targetUrl: atTarget(target, recorded['targetUrl']) };
}
