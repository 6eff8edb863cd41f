import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BODY_STREAM_HEADER, BODY_STREAM_MARK, CAPABILITIES } from '@app/protocol';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = read('docs/protocol.md');

describe('the page of the protocol', () => {
  it('has a row for each capability, and none for anything else', () => {
    const words = [...page.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, word]) => word);

    expect([...new Set(words)].map(String).toSorted()).toEqual([...CAPABILITIES].toSorted());
  });

  it('has a row for each field that was added, with its number', () => {
    const documented = [...page.matchAll(/\| `(\w+\.\w+)` = (\d+) +\|/g)].map(
      ([, field, number]) => `${field} ${number}`,
    );

    expect(documented.toSorted()).toEqual(addedFields().toSorted());
  });

  it('names the header of a body with a call of its own', () => {
    expect(page).toContain(`\`${BODY_STREAM_HEADER}: ${BODY_STREAM_MARK}\``);
  });
});

/** Fields of the proto numbered 1001 and above, as `Message.field number`. */
function addedFields(): string[] {
  const messages = read('proto/proxy_service.proto').matchAll(/^message (\w+) \{(.*?)^\}/gms);
  return [...messages].flatMap(([, message, body = '']) =>
    [...body.matchAll(/^ +(?:repeated )?\w+ (\w+) = (\d{4,});/gm)].map(
      ([, field, number]) => `${message}.${field} ${number}`,
    ),
  );
}
