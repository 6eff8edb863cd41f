import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectChecked } from './checked-socket.js';
import { EgressList } from './egress-list.js';
import { NameLookups, type Resolve } from './name-lookups.js';

function listOf(allow: readonly string[], deny: readonly string[] = []): EgressList {
  const outcome = EgressList.parse({ allow, deny });
  if (outcome.kind === 'invalid') {
    throw new Error(JSON.stringify(outcome));
  }
  return outcome.list;
}

/** A server on 127.0.0.1 that counts who connects. */
async function listen(): Promise<{ port: number; count: () => number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, count: () => connections };
}

/** A name server whose answers follow one another. */
const rebinding = (...answers: string[][]): Resolve => {
  let asked = 0;
  return (_host, _options, done) => {
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
};

const outcomeOf = async (
  host: string,
  port: number,
  list: EgressList,
  resolve: Resolve = new NameLookups().resolve,
): Promise<string> => {
  const request = { host, port, timeoutMs: 2_000, resolve };
  return connectChecked(request, list).then(
    (socket) => {
      const { remoteAddress = '' } = socket;
      socket.destroy();
      return remoteAddress;
    },
    (error: Error) => `${error.name}: ${error.message}`,
  );
};

describe('a connection to a target', () => {
  it('is made where the list lets the agent', async () => {
    const { port } = await listen();

    expect(await outcomeOf('127.0.0.1', port, EgressList.standard)).toBe('127.0.0.1');
    expect(await outcomeOf('localhost', port, listOf(['127.0.0.1']))).toBe('127.0.0.1');
  });

  it('is not begun to an address or a name that is not listed', async () => {
    const { port, count } = await listen();

    expect(await outcomeOf('127.0.0.1', port, listOf(['10.0.0.0/8']))).toMatch(/^EgressDeniedError: .*allow/);
    expect(await outcomeOf('localhost', port, listOf([], ['127.0.0.0/8', '::1']))).toMatch(
      /^EgressDeniedError: .*agent\.egress\.deny/,
    );
    expect(count()).toBe(0);
  });

  it('follows what the name stands for at that moment: a name that is bound anew is refused', async () => {
    const { port } = await listen();
    const list = listOf(['target.example']);
    const resolve = rebinding(['127.0.0.1'], ['169.254.169.254']);

    expect(await outcomeOf('target.example', port, list, resolve)).toBe('127.0.0.1');
    expect(await outcomeOf('target.example', port, list, resolve)).toMatch(/^EgressDeniedError: .*169\.254/);
  });

  it('asks once, and goes to what was checked', async () => {
    const { port } = await listen();
    let asked = 0;
    const once = rebinding(['127.0.0.1'], ['169.254.169.254']);
    const counting: Resolve = (...rest) => {
      asked += 1;
      once(...rest);
    };

    expect(await outcomeOf('target.example', port, EgressList.standard, counting)).toBe('127.0.0.1');
    expect(asked).toBe(1);
  });

  it('tries only those addresses of a name that are allowed', async () => {
    const { port } = await listen();
    const resolve = rebinding(['169.254.169.254', '127.0.0.1', '10.0.0.1']);

    expect(await outcomeOf('target.example', port, listOf(['127.0.0.0/8']), resolve)).toBe('127.0.0.1');
  });
});
