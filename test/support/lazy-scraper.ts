import { connect, type Socket } from 'node:net';
import { onceWithin } from './once-within.js';
import type { Stage } from './stage.js';

/** Ask for one path or, in one packet, for several, and read none of the answers. The socket is destroyed with the stage. */
export async function scrapeWithoutReading(
  stage: Stage,
  port: number,
  path: string | readonly string[],
): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  stage.atEnd(() => void socket.destroy());
  socket.on('error', () => {});
  socket.pause();
  await onceWithin(socket, 'connect', 2_000);
  const requests = [path]
    .flat()
    .map((each) => `GET /${each} HTTP/1.1\r\nHost: proxy\r\nAccept-Encoding: gzip\r\n\r\n`);
  socket.write(requests.join(''));
  return socket;
}
