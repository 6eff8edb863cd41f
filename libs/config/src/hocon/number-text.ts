const NUMBER = /^-?\d+(\.\d*)?(e[+-]?\d+)?$/i;

/** The number an unquoted text stands for, or undefined. */
export const parseNumber = (text: string): number | undefined =>
  NUMBER.test(text) ? Number(text) : undefined;
