import { spawnSync } from 'node:child_process';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OurProgramOptions } from './our-program.js';
import type { Stage } from './stage.js';

const HEADER_BYTES = 12;
const TYPE_A = 1;
/** A reference to the name in the question. */
const SAME_NAME = 0xc00c;
/** Gives the command that follows a resolv.conf of its own, for its life. */
const WITH_RESOLV_CONF = 'mount --bind "$0" /etc/resolv.conf && exec "$@"';

interface Entry {
  readonly address: string;
  readonly delayMs: number;
}

/** Why no program can be given names of its own here; undefined where it can. */
export function missingForNames(): string | undefined {
  const isAllowed = spawnSync('unshare', ['--mount', 'true']).status === 0 && process.getuid?.() === 0;
  return isAllowed ? undefined : 'right to mount';
}

/** A name server on an address of the loopback interface; the programs that run with `run` ask it, and nobody else does. */
export class NameServer {
  readonly #socket: Socket = createSocket('udp4');
  readonly #entries = new Map<string, Entry>();
  #isClosed = false;

  private constructor(private readonly resolvConf: string) {}

  static async start(stage: Stage): Promise<NameServer> {
    const address = `127.${process.pid % 256}.${Math.floor(Math.random() * 256)}.53`;
    const server = new NameServer(join(await stage.tempDir(), 'resolv.conf'));
    await writeFile(server.resolvConf, `nameserver ${address}\n`);
    await new Promise<void>((resolve) => server.#socket.bind(53, address, resolve));
    stage.atEnd(() => server.#close());
    server.#socket.on('message', (query, asker) => void server.#answer(query, asker));
    return server;
  }

  /** How a program runs that is to ask this server. */
  get run(): OurProgramOptions {
    return { wrapper: ['unshare', '--mount', 'sh', '-c', WITH_RESOLV_CONF, this.resolvConf] };
  }

  /** Say from now on, and so late, that this name stands for this address. Other names do not exist. */
  set(name: string, address: string, delayMs = 0): void {
    this.#entries.set(name, { address, delayMs });
  }

  #close(): void {
    this.#isClosed = true;
    this.#socket.close();
  }

  async #answer(query: Buffer, asker: RemoteInfo): Promise<void> {
    const { name, endsAt } = readQuestion(query);
    const entry = this.#entries.get(name);
    await sleep(entry?.delayMs ?? 0, undefined, { ref: false });
    const hasAddress = entry !== undefined && query.readUInt16BE(endsAt - 4) === TYPE_A;
    const header = Buffer.from(query.subarray(0, HEADER_BYTES));
    header.writeUInt16BE(entry === undefined ? 0x8183 : 0x8180, 2);
    [1, hasAddress ? 1 : 0, 0, 0].forEach((count, index) => header.writeUInt16BE(count, 4 + 2 * index));
    const record = hasAddress ? addressRecord(entry.address) : Buffer.alloc(0);
    const answer = Buffer.concat([header, query.subarray(HEADER_BYTES, endsAt), record]);
    // Whoever asked may have waited for longer than the test.
    if (!this.#isClosed) this.#socket.send(answer, asker.port, asker.address, () => undefined);
  }
}

/** The name that is asked for, and where its type and class end. */
function readQuestion(query: Buffer): { name: string; endsAt: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), endsAt: at + 5 };
}

/** An A record that nobody is to remember. */
function addressRecord(address: string): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(SAME_NAME, 0);
  head.writeUInt16BE(TYPE_A, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(4, 10);
  return Buffer.concat([head, Buffer.from(address.split('.').map(Number))]);
}
