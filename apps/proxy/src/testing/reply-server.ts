import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Stage } from '../../../../test/support/stage.js';

/** An HTTP server on a free port of the loopback interface, until the stage is cleared; its port. */
export async function startReplyServer(
  stage: Stage,
  reply: (response: ServerResponse) => Promise<void>,
): Promise<number> {
  const server = createServer((_request, response) => void reply(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stage.atEnd(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}
