import { readFileSync } from 'node:fs';

const TYPES = {
  'dashboard.css': 'text/css; charset=utf-8',
  'dashboard.js': 'text/javascript; charset=utf-8',
  'live-tables.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;

/** A file of the dashboard's own. */
export interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
}

/** All files that pages refer to, by name: read once, there are no others. */
export function loadAssets(): ReadonlyMap<string, Asset> {
  return new Map(
    Object.entries(TYPES).map(([name, type]) => [
      name,
      { type, bytes: readFileSync(new URL(`assets/${name}`, import.meta.url)) },
    ]),
  );
}
