import { answerWithin, type Extension, type ExtensionFaults, isPromise } from '@app/extensions';
import type { AgentAuthenticator, AgentProof } from './agent-authenticator.js';
import type { AgentIdentities } from './agent-identities.js';

/** Whether a call of an agent is let through. */
export type Admission =
  /** Without an identity where none is asked for. */
  | { readonly kind: 'admitted'; readonly identity: string | undefined }
  | { readonly kind: 'refused' }
  /** It cannot be told at the moment. */
  | { readonly kind: 'failed' };

const SEAM = 'AgentAuthenticator';
/** How long an authenticator may take, in milliseconds. */
const LIMIT_MS = 5_000;
const MAX_IDENTITY_LENGTH = 256;

const ADMITTED: Admission = { kind: 'admitted', identity: undefined };
const REFUSED: Admission = { kind: 'refused' };
const FAILED: Admission = { kind: 'failed' };

/** Whether a value can be an authenticator at all. */
export const isAuthenticator = (value: AgentAuthenticator): boolean =>
  typeof value.authenticate === 'function' && typeof value.mayRegister === 'function';

/** Asks the authenticator of a module where there is one, else the identities of the configuration. */
export class AgentAuthentication {
  private added: Extension<AgentAuthenticator> | undefined;

  constructor(
    private readonly configured: AgentIdentities,
    private readonly faults: ExtensionFaults,
  ) {}

  /** The module that decides, where one does. */
  get decider(): string | undefined {
    return this.added?.module;
  }

  /** From now on this one decides, alone; before the agent port is open. */
  use(authenticator: Extension<AgentAuthenticator>): void {
    this.added = authenticator;
  }

  /** Whether agents need to prove an identity at all. */
  get isRequired(): boolean {
    return this.added !== undefined || this.configured.isRequired;
  }

  /** At once where no module has to be asked. Never throws or rejects. */
  admit(proof: AgentProof): Admission | Promise<Admission> {
    if (this.added !== undefined) {
      return this.admitBy(this.added, proof);
    }
    return this.configured.isRequired ? toAdmission(this.identify(proof)) : ADMITTED;
  }

  /** Whether an identity may claim a path, or in words why that cannot be told. Never rejects. */
  async mayRegister(identity: string | undefined, path: string): Promise<boolean | string> {
    const { added } = this;
    if (added === undefined) {
      return this.configured.mayRegister(identity, path);
    }
    try {
      return await answerWithin((signal) => added.value.mayRegister(identity ?? '', path, signal), LIMIT_MS);
    } catch (error) {
      this.faults.record(SEAM, added.module, error);
      return 'whether it is allowed cannot be told at the moment';
    }
  }

  /** Who presents a token is judged by it alone: a wrong one is not made good by a certificate. */
  private identify({ token, subjects }: AgentProof): string | undefined {
    return token === '' ? this.configured.identifyCertificate(subjects) : this.configured.identify(token);
  }

  private admitBy(
    { module, value }: Extension<AgentAuthenticator>,
    proof: AgentProof,
  ): Admission | Promise<Admission> {
    const failed = (error: unknown): Admission => {
      this.faults.record(SEAM, module, error);
      return FAILED;
    };
    try {
      const answer = answerWithin((signal) => value.authenticate(proof, signal), LIMIT_MS);
      return isPromise(answer) ? answer.then(toAdmission).catch(failed) : toAdmission(answer);
    } catch (error) {
      return failed(error);
    }
  }
}

/** @throws {TypeError} when the identity is none */
function toAdmission(identity: string | undefined): Admission {
  if (identity === undefined) {
    return REFUSED;
  }
  if (typeof identity !== 'string' || identity === '' || identity.length > MAX_IDENTITY_LENGTH) {
    throw new TypeError(`an identity must be a text of 1 to ${MAX_IDENTITY_LENGTH} characters`);
  }
  return { kind: 'admitted', identity };
}
