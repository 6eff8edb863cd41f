import { describe, expect, it } from 'vitest';
import { DebugSections, textTable } from './debug-sections.js';

describe('the parts of the debug page', () => {
  it('stand in the order in which they were added, with a blank line between them', () => {
    const sections = new DebugSections();
    sections.add(() => ['a', 'b']);
    sections.add(() => ['c']);

    expect(sections.text()).toBe('a\nb\n\nc\n');
  });

  it('do not take each other along when one cannot be worked out', () => {
    const sections = new DebugSections();
    sections.add(() => {
      throw new Error('no such thing');
    });
    sections.add(() => ['c']);

    expect(sections.text()).toBe('(not available: no such thing)\n\nc\n');
  });

  it('have tables with columns as wide as their widest cell', () => {
    expect(
      textTable([
        ['Name', 'Path'],
        ['longer', '/a'],
      ]),
    ).toEqual(['Name    Path', 'longer  /a']);
    expect(textTable([])).toEqual([]);
  });
});
