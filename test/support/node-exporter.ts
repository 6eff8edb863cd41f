import { freePort } from './free-port.js';
import { Program } from './program.js';
import { findOnPath } from './real-programs.js';
import type { Stage } from './stage.js';

const NAMES = ['prometheus-node-exporter', 'node_exporter'];

/** The program file, where one is installed. */
export function findNodeExporter(): string | undefined {
  return NAMES.flatMap(findOnPath)[0];
}

/** Start it and wait until it answers. Its metrics are at `http://127.0.0.1:<port>/metrics`. */
export async function startNodeExporter(stage: Stage, file: string): Promise<{ port: number; url: string }> {
  const port = await freePort();
  const program = new Program(stage, file, [`--web.listen-address=127.0.0.1:${port}`]);
  await program.waitForPorts([port]);
  return { port, url: `http://127.0.0.1:${port}/metrics` };
}
