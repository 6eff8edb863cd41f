import type { ClientUnaryCall, Metadata, requestCallback, ServiceError } from '@grpc/grpc-js';

/** All that came back of one unary call. */
export interface CallResult<Answer> {
  readonly answer: Answer | undefined;
  /** Initial metadata; undefined when the call had none, as one that failed at once. */
  readonly headers: Metadata | undefined;
  readonly error: ServiceError | undefined;
}

/** Make a unary call and collect everything that comes back; never rejects. */
export function unaryCall<Answer>(
  start: (done: requestCallback<Answer>) => ClientUnaryCall,
): Promise<CallResult<Answer>> {
  return new Promise((resolve) => {
    let headers: Metadata | undefined;
    const call = start((error, answer) => resolve({ answer, headers, error: error ?? undefined }));
    call.once('metadata', (metadata) => (headers = metadata));
  });
}

/** The answer of a call that has to succeed. */
export async function answerOf<Answer>(result: Promise<CallResult<Answer>>): Promise<Answer> {
  const { answer, error } = await result;
  if (answer === undefined) {
    throw error ?? new Error('no answer');
  }
  return answer;
}
