import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');

/** README and what stands in docs, relative to the repository; the records of decisions are apart. */
export const pages = ['README.md', ...pagesIn('docs'), ...pagesIn('docs/reliability')];

/** The records of decisions, in order. */
export const records = pagesIn('docs/decisions');

/** A fenced block of a page. */
export interface Block {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

/** The blocks of a page, in order, without their indentation. */
export function blocksOf(page: string): Block[] {
  const text = readFileSync(join(repository, page), 'utf8');
  const fenced = /^( *)(```|~~~)([^\n]*)\n([^]*?)^\1\2/gm;
  return [...text.matchAll(fenced)].map((found) => ({
    page,
    line: text.slice(0, found.index).split('\n').length,
    language: (found[3] ?? '').trim(),
    text: (found[4] ?? '').replaceAll(new RegExp(`^${found[1]}`, 'gm'), ''),
  }));
}

/** The commands of a block, continued lines joined; of a console, what stands after the prompt. */
export function commandsIn({ language, text }: Block): string[] {
  const lines = text.replace(/\\\n\s*/g, ' ').split('\n');
  return language === 'console'
    ? lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2))
    : lines.filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

function pagesIn(folder: string): string[] {
  const names = readdirSync(join(repository, folder)).filter((name) => name.endsWith('.md'));
  return names.toSorted().map((name) => `${folder}/${name}`);
}
