/** A part of the debug page, worked out when the page is asked for: lines of text. */
export type DebugSection = () => readonly string[];

/** What the debug page of one program shows. Parts are added while its modules start and stay until it ends. */
export class DebugSections {
  private readonly sections: DebugSection[] = [];

  add(section: DebugSection): void {
    this.sections.push(section);
  }

  /** All parts in the order in which they were added, with a blank line between them. */
  text(): string {
    return this.sections.map((section) => `${linesOf(section).join('\n')}\n`).join('\n');
  }
}

/** A part that cannot be worked out must not take the others with it. */
function linesOf(section: DebugSection): readonly string[] {
  try {
    return section();
  } catch (error) {
    return [`(not available: ${error instanceof Error ? error.message : String(error)})`];
  }
}

/** Rows as text in columns; the first row is the head. */
export function textTable(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
