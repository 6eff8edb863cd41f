import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { createAgentIdentity } from './agent-identity.js';

test('an agent has the name it was given', () => {
  expect(createAgentIdentity('edge-7')).toMatchObject({ agentName: 'edge-7', hostName: hostname() });
});

test.each(['', '  '])('an agent without a name is named after its host: %j', (name) => {
  expect(createAgentIdentity(name).agentName).toBe(`Unnamed-${hostname()}`);
});

test('every agent has a launch id of its own', () => {
  const ids = new Set(Array.from({ length: 100 }, () => createAgentIdentity('').launchId));

  expect(ids.size).toBe(100);
  expect([...ids].every((id) => /^[A-Za-z0-9]{15}$/.test(id))).toBe(true);
});
