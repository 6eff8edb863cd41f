import { Metadata, ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import { isPromise } from '@app/extensions';
import { AGENT_ID_HEADER, AGENT_TOKEN_HEADER } from '@app/protocol';
import type { Admission, AgentAuthentication } from '../auth/agent-authentication.js';
import { callIdOf, connectionIdOf, IDENTITY_HEADER } from './agent-call.js';

type Call = Parameters<ServerInterceptor>[1];
type Listener = Parameters<Call['start']>[0];

/** What is known of the connections that calls come on. */
export interface CallPeers {
  /** The id of the session that is, or was last, bound to a connection. */
  boundAgentId(connectionId: string): string | undefined;
  /** Subject alternative names of the connection's verified certificate. */
  subjectsOf(connectionId: string): readonly string[];
  /** Told of each call that is let through. */
  admitted(connectionId: string): void;
  /** Told of each call that is not, once it has its status, in the words its caller is told. */
  refused(connectionId: string, callId: string, why: string): void;
  /** The identity of the session that is bound to a connection. */
  identityOf(connectionId: string): string | undefined;
}

/** The agent dials again, and nobody is told more. */
const CANNOT_TELL = { code: status.UNAVAILABLE, details: 'The proxy cannot check agents at the moment' };

/** One text for a missing and for an unknown token. */
const UNAUTHENTICATED = { code: status.UNAUTHENTICATED, details: 'Missing or invalid agent token' };

/**
 * What is the same for every RPC of every agent: its token is checked before a handler runs, and an answer on a bound
 * connection carries the header `agent-id`.
 *
 * @param peers - what is known of the connections that calls come on
 */
export function agentCallInterceptor(
  authentication: AgentAuthentication,
  peers: CallPeers,
): ServerInterceptor {
  return (_method, call) => new AgentCall(call, authentication, peers);
}

/**
 * One call. Messages pass as they are: the closures that grpc-js makes for each one on its way through an interceptor show in
 * a profile. None comes before the metadata has been let through, because no handler has asked for one.
 */
class AgentCall extends ServerInterceptingCall {
  private connectionId = '';
  private isCancelled = false;
  private hasSentMetadata = false;

  constructor(
    private readonly call: Call,
    private readonly authentication: AgentAuthentication,
    private readonly peers: CallPeers,
  ) {
    super(call);
  }

  override start(listener: Listener): void {
    this.call.start({
      onReceiveMetadata: (metadata) => this.admit(metadata, listener),
      onReceiveMessage: (message) => listener.onReceiveMessage(message),
      onReceiveHalfClose: () => listener.onReceiveHalfClose(),
      onCancel: () => {
        this.isCancelled = true;
        listener.onCancel();
      },
    });
  }

  override sendMetadata(metadata: Metadata): void {
    this.hasSentMetadata = true;
    const agentId = this.peers.boundAgentId(this.connectionId);
    if (agentId !== undefined && metadata.get(AGENT_ID_HEADER).length === 0) {
      metadata.set(AGENT_ID_HEADER, agentId);
    }
    this.call.sendMetadata(metadata);
  }

  override sendMessage(message: unknown, callback: () => void): void {
    if (!this.hasSentMetadata) {
      this.sendMetadata(new Metadata());
    }
    this.call.sendMessage(message, callback);
  }

  override sendStatus(end: Parameters<Call['sendStatus']>[0]): void {
    this.call.sendStatus(end);
  }

  /** At once where it is known at once: most calls have nothing to wait for. */
  private admit(metadata: Metadata, listener: Listener): void {
    this.connectionId = connectionIdOf(metadata);
    const subjects = this.peers.subjectsOf(this.connectionId);
    const admission = this.authentication.admit({ token: tokenOf(metadata), subjects });
    if (isPromise(admission)) {
      void admission.then((known) => this.settle(known, metadata, listener));
    } else {
      this.settle(admission, metadata, listener);
    }
  }

  private settle(admission: Admission, metadata: Metadata, listener: Listener): void {
    const identity = identityFor(admission, () => this.peers.identityOf(this.connectionId));
    if (typeof identity === 'object') {
      this.call.sendStatus(identity);
      this.peers.refused(this.connectionId, callIdOf(metadata), identity.details);
    } else {
      this.peers.admitted(this.connectionId);
      if (!this.isCancelled) listener.onReceiveMetadata(withIdentity(metadata, identity));
    }
  }
}

/** The identity that a call has, undefined where none is asked for, or the status that it ends with. */
function identityFor(
  admission: Admission,
  known: () => string | undefined,
): string | undefined | typeof UNAUTHENTICATED {
  switch (admission.kind) {
    case 'admitted':
      return admission.identity;
    case 'refused':
      return UNAUTHENTICATED;
    case 'failed':
      return known() ?? CANNOT_TELL;
  }
}

function tokenOf(metadata: Metadata): string {
  const [token] = metadata.get(AGENT_TOKEN_HEADER);
  return typeof token === 'string' ? token : '';
}

/** What a peer claims under this name does not count. */
function withIdentity(metadata: Metadata, identity: string | undefined): Metadata {
  metadata.remove(IDENTITY_HEADER);
  if (identity !== undefined) {
    metadata.set(IDENTITY_HEADER, encodeURIComponent(identity));
  }
  return metadata;
}
