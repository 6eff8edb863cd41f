import { readdir, readFile, readlink } from 'node:fs/promises';

/** States of TCP sockets, numbered from 1 as Linux does (include/net/tcp_states.h). */
const STATES = [
  'established',
  'syn sent',
  'syn received',
  'fin wait 1',
  'fin wait 2',
  'time wait',
  'closed',
  'close wait',
  'last ack',
  'listening',
  'closing',
];

/** What the open descriptors of a process are: files by their names, TCP sockets by their ports and states. */
export async function openFilesOf(pid: number | undefined): Promise<string[]> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder);
  const [links, sockets] = await Promise.all([
    // One that is gone meanwhile is not open any more.
    Promise.all(descriptors.map((descriptor) => readlink(`${folder}/${descriptor}`).catch(() => undefined))),
    tcpSocketsOf(pid),
  ]);
  return links.filter((link) => link !== undefined).map((link) => sockets.get(link) ?? link);
}

/** The words for each TCP socket, by the link of its descriptor. */
async function tcpSocketsOf(pid: number | undefined): Promise<Map<string, string>> {
  const tables = ['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8').catch(() => ''));
  const lines = (await Promise.all(tables)).flatMap((table) => table.split('\n').slice(1));
  return new Map(
    lines.flatMap((line) => {
      const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
      return inode === undefined ? [] : [[`socket:[${inode}]`, describe(local, remote, state)] as const];
    }),
  );
}

function describe(local = '', remote = '', state = ''): string {
  const port = (address: string): number => Number.parseInt(address.split(':')[1] ?? '', 16);
  const word = STATES[Number.parseInt(state, 16) - 1] ?? state;
  return `tcp :${port(local)} to :${port(remote)} ${word}`;
}
