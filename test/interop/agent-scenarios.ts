import { expect } from 'vitest';
import type { Answer } from './answer.js';

/** An answer of our agent that is not what the recorded one gave, on purpose. */
export interface AnswerDifference {
  readonly path: string;
  readonly because: string;
  readonly answer: (recorded: Answer) => object;
}

/** One recording whose proxy our agent is to talk to. */
export interface AgentScenario {
  readonly name: string;
  /** What the target received was recorded too. */
  readonly hasTargetRecording?: boolean;
  readonly differences?: readonly AnswerDifference[];
}

export const AGENT_SCENARIOS: readonly AgentScenario[] = [
  {
    name: 'scrapes',
    hasTargetRecording: true,
    differences: [
      {
        path: 'notfound',
        because: 'a failure says why, also when nobody asked for debugging',
        answer: (recorded) => ({ ...recorded, failureReason: 'Unsuccessful response code 404' }),
      },
      {
        path: 'err',
        because: 'a failure says why, also when nobody asked for debugging',
        answer: (recorded) => ({ ...recorded, failureReason: 'Unsuccessful response code 500' }),
      },
      {
        path: 'refused',
        because: 'the words name what was refused',
        answer: (recorded) => ({ ...recorded, failureReason: expect.stringMatching(/refused/i) }),
      },
      {
        path: 'hang',
        because: 'the words are our own',
        answer: (recorded) => ({ ...recorded, failureReason: 'the target did not answer within 1 s' }),
      },
    ],
  },
  { name: 'transport-filter-disabled' },
  { name: 'proxy-restart' },
  { name: 'evicted' },
  { name: 'mode-mismatch' },
  { name: 'token-right' },
  { name: 'token-wrong' },
  { name: 'consolidated-1' },
  { name: 'consolidated-2' },
  { name: 'kinds-mixed-1' },
  { name: 'displacement-1' },
  { name: 'displacement-2' },
];
