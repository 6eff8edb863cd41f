import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, Program } from './program.ts';
import type { Page } from './pages.ts';

/** nginx with pages that are compressed already: as cheap a target as there is. */
export class Target {
  readonly port: number;
  readonly program: Program;

  private constructor(port: number, program: Program) {
    this.port = port;
    this.program = program;
  }

  /** @param folder - for its files; the caller removes it */
  static async start(folder: string, pages: readonly Page[]): Promise<Target> {
    const [port = 0] = await freePorts(1);
    const root = join(folder, 'pages');
    mkdirSync(root, { recursive: true });
    for (const page of pages) {
      writeFileSync(join(root, `${page.name}.gz`), page.gzip);
    }
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, configuration(folder, root, port));
    const program = new Program('nginx', ['nginx', '-c', file, '-e', 'stderr']);
    await program.listening(port);
    return new Target(port, program);
  }
}

function configuration(folder: string, root: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, name)};`,
  );
  return `
    daemon off;
    master_process off;
    pid ${join(folder, 'nginx.pid')};
    error_log stderr error;
    events { worker_connections 1024; }
    http {
      access_log off;
      ${temporary.join('\n')}
      default_type 'text/plain; version=0.0.4; charset=utf-8';
      open_file_cache max=100;
      keepalive_requests 1000000000;
      server {
        listen 127.0.0.1:${port};
        root ${root};
        gzip_static always;
      }
    }
  `;
}
