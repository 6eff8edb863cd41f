import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen, listenAddress } from './listen.js';

describe('the address to listen on', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    [' 10.0.0.1 ', '10.0.0.1'],
    ['[::1]', '::1'],
    ['::1', '::1'],
  ])('for "%s" is %s', (given, expected) => {
    expect(listenAddress(given)).toBe(expected);
  });

  it('is every interface when none is given', () => {
    expect(['::', '0.0.0.0']).toContain(listenAddress(''));
  });
});

/** Dials so many times, and prints how many connections stood half a second later. */
const DIALLER = `
  const { connect } = require('node:net');
  let stood = 0;
  for (let at = 0; at < Number(process.argv[2]); at += 1) {
    connect(Number(process.argv[1]), '127.0.0.1', () => (stood += 1)).on('error', () => undefined);
  }
  setTimeout(() => process.stdout.write(String(stood), () => process.exit()), 500);
`;

describe('a port that is listened on', () => {
  it('keeps a thousand connections waiting while its process is busy', async () => {
    const dialled = Math.min(1_000, Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8')));
    const server = fastify();
    onTestFinished(() => server.close());
    const request = { port: 0, bindAddress: '127.0.0.1', portOption: 'port', addressOption: 'address' };
    const port = await listen(server, request);

    // Nothing is accepted in this process before the other one has ended.
    const { stdout } = spawnSync(process.execPath, ['-e', DIALLER, String(port), String(dialled)]);

    expect(Number(stdout)).toBe(dialled);
  });
});
