import { type Fields, mapFields } from './wire-codec.js';

/** Names of recorded ids against the names that the programs under test gave. */
class Names<Value> {
  readonly #ours = new Map<Value, Value>();
  readonly #recorded = new Map<Value, Value>();

  learn(recorded: Value, ours: Value): void {
    this.#ours.set(recorded, ours);
    this.#recorded.set(ours, recorded);
  }

  toOurs(recorded: Value): Value {
    return this.#ours.get(recorded) ?? recorded;
  }

  toRecorded(ours: Value): Value {
    return this.#recorded.get(ours) ?? ours;
  }
}

/**
 * The ids of one replayed connection: those of the recording, and those that our proxy gave instead.
 *
 * An id that was never learnt is left as it is, so that it shows in a comparison.
 */
export class Identities {
  readonly #agents = new Names<string>();
  readonly #scrapes = new Names<number>();
  readonly #paths = new Names<number>();

  learnAgent(recorded: string, ours: string): void {
    this.#agents.learn(recorded, ours);
  }

  /** Take the ids that our proxy just gave out from its message, by the message recorded in that place. */
  learnFrom(recorded: Fields, ours: Fields): void {
    if (typeof recorded['scrapeId'] === 'number') {
      this.#scrapes.learn(recorded['scrapeId'], Number(ours['scrapeId']));
    }
    if (typeof recorded['pathId'] === 'number' && recorded['pathId'] >= 0 && Number(ours['pathId']) >= 0) {
      this.#paths.learn(recorded['pathId'], Number(ours['pathId']));
    }
  }

  /** A recorded message with our ids. */
  toOurs(fields: Fields): Fields {
    return mapFields(fields, (name, value) => {
      if (typeof value === 'string' && /agentId$/i.test(name)) return this.#agents.toOurs(value);
      return typeof value === 'number' && /scrapeId$/i.test(name) ? this.#scrapes.toOurs(value) : value;
    });
  }

  /** A message of ours with recorded ids. */
  toRecorded(fields: Fields): Fields {
    return mapFields(fields, (name, value) => {
      if (typeof value === 'string' && /agentId$/i.test(name)) return this.#agents.toRecorded(value);
      if (typeof value === 'number' && /scrapeId$/i.test(name)) return this.#scrapes.toRecorded(value);
      return typeof value === 'number' && name === 'pathId' ? this.#paths.toRecorded(value) : value;
    });
  }

  agentToRecorded(ours: string): string {
    return this.#agents.toRecorded(ours);
  }
}
