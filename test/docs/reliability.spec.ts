import { format } from 'prettier';
import { expect, it } from 'vitest';
import { TABLE } from '../faults/table.js';
import { nameOf, readSeen } from '../faults/seen-rows.js';
import { tablePage } from '../faults/table-page.js';

it('the page of faults is that of the table, row by row', async () => {
  const page = await format(tablePage(TABLE, readSeen()), { parser: 'markdown', printWidth: 110 });

  await expect(page).toMatchFileSnapshot('../../docs/reliability/faults.md');
});

it('what is recorded of rows is of rows that exist', () => {
  const names = TABLE.flatMap(({ group, rows }) => rows.map(({ fault }) => nameOf({ group, fault })));

  expect(
    readSeen()
      .map(nameOf)
      .filter((name) => !names.includes(name)),
  ).toEqual([]);
});

it('no two rows of a group have one name', () => {
  for (const { group, rows } of TABLE) {
    const names = rows.map(({ fault }) => `${group}: ${fault}`);

    expect(new Set(names).size).toBe(names.length);
  }
});
