const CODES: readonly unknown[] = ['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'];

/** Whether an error of the HTTP client, or what caused it, says that the other side took too long. */
export function isTimeOut({ code, cause }: NodeJS.ErrnoException): boolean {
  return CODES.includes(code) || (cause instanceof Error && isTimeOut(cause));
}
