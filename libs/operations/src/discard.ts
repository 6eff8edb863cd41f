/**
 * Give the memory of pieces back at once, in place of when the garbage collector comes by: what a body takes stands outside V8's
 * heap, and V8 collects all of its heap each time so much of that has come (docs/decisions/0014-discarded-bytes.md).
 *
 * From then on the pieces are empty, and so is every view of the same memory. So only their last owner may call it, when
 * nothing reads them any more, on another thread or in the system neither. Memory of which the pieces are less than half is
 * left alone, as is the pool that Node.js cuts small buffers from.
 */
export function discard(pieces: readonly Buffer[]): void {
  let memory: ArrayBufferLike | undefined;
  let byteCount = 0;
  for (const piece of pieces) {
    if (piece.buffer !== memory) {
      release(memory, byteCount);
      memory = piece.buffer;
      byteCount = 0;
    }
    byteCount += piece.length;
  }
  release(memory, byteCount);
}

function release(memory: ArrayBufferLike | undefined, usedBytes: number): void {
  if (!(memory instanceof ArrayBuffer) || memory.detached || usedBytes * 2 < memory.byteLength) {
    return;
  }
  try {
    memory.transfer(0);
  } catch {
    // The pool cannot be taken from Node.js.
  }
}
