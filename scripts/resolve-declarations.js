/**
 * After a build: lets the declarations in dist stand by themselves, for those who install this package. The compiler
 * resolves `@app/…` in code, not in every declaration.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const dist = resolve(import.meta.dirname, '../dist');

for (const entry of readdirSync(dist, { recursive: true })) {
  if (!entry.endsWith('.d.ts')) continue;
  const file = join(dist, entry);
  const text = readFileSync(file, 'utf8');
  const resolved = text.replace(/(['"])@app\/(\w+)\1/g, (_all, quote, lib) => {
    const path = relative(dirname(file), join(dist, 'libs', lib, 'src/index.js'));
    return `${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`;
  });
  if (resolved !== text) writeFileSync(file, resolved);
}
