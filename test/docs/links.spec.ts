import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { pages, records } from '../support/page-blocks.js';

const repository = resolve(import.meta.dirname, '../..');
const read = (page: string): string => readFileSync(join(repository, page), 'utf8');

it.each([...pages, ...records])('the links of %s lead to files and headings that there are', (page) => {
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);

  expect(links.filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(page, link))).toEqual([]);
});

it.each(pages.filter((page) => page !== 'README.md'))('a reader of README finds %s', (page) => {
  const linked = pages.flatMap((from) =>
    [...read(from).matchAll(/\]\(([^)#\s]+)/g)].map(([, link = '']) => join(dirname(from), link)),
  );

  expect(linked).toContain(page);
});

it('the records of decisions are numbered without a gap, and look alike', () => {
  const numbers = records.map((page) => Number(/\/(\d{4})-[a-z0-9-]+\.md$/.exec(page)?.[1]));

  expect(numbers).toEqual(records.map((_page, index) => index + 1));
  for (const page of records) expect(read(page), page).toMatch(/^# [A-Z].*\n\n\*\*Status:\*\* \w+/);
});

/** Whether the file is there, and the heading where the link names one. */
function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(repository, file))) return false;
  if (heading === undefined) return true;
  const headings = [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, words = '']) => words);
  return headings.some((words) => anchorOf(words) === heading);
}

/** As GitHub makes it of the words of a heading. */
function anchorOf(words: string): string {
  return words
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
