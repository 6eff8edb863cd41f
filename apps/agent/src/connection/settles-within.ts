/** Wait for a promise, but no longer than `ms`. Whether it was fulfilled in time; a rejection is not. */
export async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise: timeUp, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ms);
  try {
    return await Promise.race([
      promise.then(
        () => true,
        () => false,
      ),
      timeUp,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
