/** A module did not answer in time. */
export class AnswerTimeout extends Error {
  override readonly name = 'AnswerTimeout';
}

/**
 * What `ask` answers, at once where it answers at once.
 *
 * @param ask - is given a signal that aborts when the time is over
 * @param limitMs - in milliseconds
 * @throws {AnswerTimeout} (rejects) when there is no answer in time, and whatever `ask` throws
 */
export function answerWithin<T>(
  ask: (signal: AbortSignal) => T | PromiseLike<T>,
  limitMs: number,
): T | Promise<T> {
  const controller = new AbortController();
  const answer = ask(controller.signal);
  return isPromise(answer) ? race(answer, controller, limitMs) : answer;
}

async function race<T>(answer: PromiseLike<T>, controller: AbortController, limitMs: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const error = new AnswerTimeout(`no answer within ${limitMs / 1_000} s`);
    controller.abort(error);
    reject(error);
  }, limitMs);
  try {
    return await Promise.race([answer, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether an answer is still to come. */
export function isPromise<T>(answer: T | PromiseLike<T>): answer is PromiseLike<T> {
  return typeof (answer as PromiseLike<T> | undefined)?.then === 'function';
}
