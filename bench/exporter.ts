import { freePorts, Program } from './program.ts';

/** A node_exporter of this machine. Whoever starts it stops it. */
export async function startExporter(): Promise<{ port: number; program: Program }> {
  const [port = 0] = await freePorts(1);
  const program = new Program('node_exporter', [
    'prometheus-node-exporter',
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  await program.listening(port);
  return { port, program };
}
