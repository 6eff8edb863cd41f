/**
 * Lets the loggers of Nest make their formatters of dates when they first print one, not when they are loaded.
 *
 * The first formatter in a process brings 8 MB of time zones and languages into memory, and these programs print through a
 * logger of their own (docs/decisions/0011-bundles.md).
 */
export function lazyFormatters() {
  return {
    name: 'lazy-formatters',
    transform: {
      filter: { id: /@nestjs\/common\/services\/(?:console-)?logger\.service\.js$/ },
      handler: (code, id) => {
        const lazy = code.replace(
          /^const dateTimeFormatter = (new Intl\.DateTimeFormat\([^;]*\));$/m,
          'const dateTimeFormatter = { format: (date) => $1.format(date) };',
        );
        if (lazy === code)
          throw new Error(`${id} makes no formatter where it is expected: look again, or let it be`);
        return lazy;
      },
    },
  };
}
