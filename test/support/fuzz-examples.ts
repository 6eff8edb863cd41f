import { readFileSync } from 'node:fs';

/** What a property is tried with first, each time: inputs that were worth keeping. One JSON array of arguments each. */
export function readExamples<Arguments extends readonly unknown[]>(name: string): Arguments[] {
  const file = new URL(`../fixtures/fuzz/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Arguments[];
}
