import type { Check } from '@app/config';

/** Like `dashboard` or `/ops/proxy`; `/` alone puts the page at the root. */
export const dashboardPath: Check<string> = {
  allowed: 'letters, digits, . _ ~ and -, with / between; / alone for the root',
  holds: (value) => /^\/*([\w.~-]+(\/+[\w.~-]+)*)?\/*$/.test(value.trim()),
};

/** The path of the page without slashes around it; empty for the root. */
export const basePath = (option: string): string =>
  option
    .trim()
    .replaceAll(/^\/+|\/+$/g, '')
    .replaceAll(/\/+/g, '/');

/** How the page itself refers to what is below it: its last segment, for it has no slash at its end. */
export function relativeBase(base: string): string {
  return base === '' ? '' : `${base.slice(base.lastIndexOf('/') + 1)}/`;
}
