const WHOLE = /^-?\d+$/;
const DECIMAL = /^-?\d+\.?\d*(e[+-]?\d+)?$/i;
const LEAST_WHOLE = -(2n ** 63n);
const MOST_WHOLE = 2n ** 63n - 1n;

/** The number a text stands for, or undefined: a whole number must fit 64 bits, as the JVM has it. */
export function parseNumber(text: string): number | undefined {
  if (WHOLE.test(text)) {
    return text.length <= 15 || fits(text) ? Number(text) : undefined;
  }
  return DECIMAL.test(text) ? Number(text) : undefined;
}

function fits(text: string): boolean {
  if (text.length > 40) {
    return false;
  }
  const whole = BigInt(text);
  return whole >= LEAST_WHOLE && whole <= MOST_WHOLE;
}
