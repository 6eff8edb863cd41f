import type { BodyInflater } from './body-inflater.js';
import { mergeBodies } from './merge-bodies.js';
import type { ScrapeAnswer, ScrapeBody, ScrapeFailure, ScrapeSuccess } from './scrape-answer.js';
import { failure } from './scrape-failure.js';

/** The bytes of a body without its encoding; who takes them releases them once. */
interface PlainBody {
  readonly kind: 'plain';
  readonly bytes: Buffer;
  release(): void;
}

/**
 * One answer for several: the bodies of all that succeeded, joined; the first failure when none did. Status and
 * `Content-Type` are those of the first with status 200. The bodies that were joined are released.
 */
export async function mergeAnswers(
  answers: readonly ScrapeAnswer[],
  inflater: BodyInflater,
): Promise<ScrapeAnswer> {
  const successes = answers.filter((answer) => answer.kind === 'success');
  const [first] = successes;
  if (first === undefined) {
    return answers.find((answer) => answer.kind === 'failure') ?? { kind: 'abandoned' };
  }
  if (successes.length === 1) {
    return first;
  }
  const leading = successes.find(({ status }) => status === 200) ?? first;
  const plain: PlainBody[] = [];
  try {
    return await join(successes, leading, plain, inflater);
  } finally {
    [...plain, ...successes.map(({ body }) => body)].forEach((held) => held.release());
  }
}

/** @param plain - gets what is held meanwhile, for the caller to release */
async function join(
  successes: readonly ScrapeSuccess[],
  { status, contentType }: ScrapeSuccess,
  plain: PlainBody[],
  inflater: BodyInflater,
): Promise<ScrapeAnswer> {
  for (const { body } of successes) {
    const one = await toPlain(body, inflater);
    if (one.kind === 'failure') {
      return one;
    }
    plain.push(one);
  }
  const { memory } = inflater;
  const expectedBytes = plain.reduce((sum, { bytes }) => sum + bytes.length + 1, '# EOF'.length);
  if (!memory.reserve(expectedBytes)) {
    return memory.refusal();
  }
  const merged = mergeBodies(
    plain.map(({ bytes }) => bytes),
    contentType,
  );
  const release = memory.releaser(expectedBytes, [merged]);
  const body: ScrapeBody = { encoding: 'identity', pieces: [merged], byteCount: merged.length, release };
  return { kind: 'success', status, contentType, body };
}

async function toPlain(body: ScrapeBody, inflater: BodyInflater): Promise<PlainBody | ScrapeFailure> {
  const rest = body.rest === undefined ? [] : await collect(body.rest as AsyncIterable<Buffer>, inflater);
  if (!Array.isArray(rest)) {
    return rest;
  }
  const restBytes = rest.reduce((sum, piece) => sum + piece.length, 0);
  const releaseRest = inflater.memory.releaser(restBytes);
  const pieces = [...body.pieces, ...rest];
  if (body.encoding === 'identity') {
    return { kind: 'plain', bytes: Buffer.concat(pieces), release: releaseRest };
  }
  const inflated = await inflater.inflate(pieces);
  releaseRest();
  return inflated.kind === 'failure' ? inflated : { ...inflated, kind: 'plain' };
}

/** The rest of a flowing body, reserved piece by piece. */
async function collect(
  rest: AsyncIterable<Buffer>,
  { memory }: BodyInflater,
): Promise<Buffer[] | ScrapeFailure> {
  const pieces: Buffer[] = [];
  const releaseAll = (): void => pieces.forEach((piece) => memory.release(piece.length));
  try {
    for await (const piece of rest) {
      if (!memory.reserve(piece.length)) {
        releaseAll();
        return memory.refusal();
      }
      pieces.push(piece);
    }
    return pieces;
  } catch (error) {
    releaseAll();
    return failure('target_unreachable', `a body broke while it was joined: ${(error as Error).message}`);
  }
}
