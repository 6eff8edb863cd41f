/** The first pieces of a flow, as many as were read. */
export interface FlowStart {
  pieces: Buffer[];
  byteCount: number;
  /** Whether that is all there is. */
  isWhole: boolean;
}

/** Read a flow until it ends or `enoughBytes` have come. */
export async function readStart(pieces: AsyncIterator<Buffer>, enoughBytes: number): Promise<FlowStart> {
  const start: Buffer[] = [];
  let byteCount = 0;
  while (byteCount < enoughBytes) {
    const next = await pieces.next();
    if (next.done === true) {
      return { pieces: start, byteCount, isWhole: true };
    }
    start.push(next.value);
    byteCount += next.value.length;
  }
  return { pieces: start, byteCount, isWhole: false };
}

/** A flow of which the start was read, from its start. Whoever leaves the iteration early ends the source too. */
export async function* joinFlow(
  start: Buffer[],
  rest: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* start;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}
