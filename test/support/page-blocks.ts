import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');

/** README and what stands in docs, relative to the repository. */
export const pages = [
  'README.md',
  ...readdirSync(join(repository, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** The records of decisions, in order. */
export const records = readdirSync(join(repository, 'docs/decisions'))
  .toSorted()
  .map((name) => `docs/decisions/${name}`);

/** A fenced block of a page; `reason` is why nobody runs it, where the page says so. */
export interface Block {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
  readonly reason: string | undefined;
}

/** The blocks of a page, in order, without their indentation. */
export function blocksOf(page: string): Block[] {
  const text = readFileSync(join(repository, page), 'utf8');
  const fenced = /(?:<!-- not run: (.+) -->\n\s*)?^( *)```(\w+)\n([^]*?)^\2```/gm;
  return [...text.matchAll(fenced)].map((found) => ({
    page,
    line: text.slice(0, found.index).split('\n').length,
    language: found[3] ?? '',
    text: (found[4] ?? '').replaceAll(new RegExp(`^${found[2]}`, 'gm'), ''),
    reason: found[1],
  }));
}

/** The commands of a block, continued lines joined; of a console, what stands after the prompt. */
export function commandsIn({ language, text }: Block): string[] {
  const lines = text.replace(/\\\n\s*/g, ' ').split('\n');
  return language === 'console'
    ? lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2))
    : lines.filter((line) => line.trim() !== '' && !line.startsWith('#'));
}
