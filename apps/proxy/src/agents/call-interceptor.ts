import {
  type Metadata,
  ResponderBuilder,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
  status,
} from '@grpc/grpc-js';
import { isPromise } from '@app/extensions';
import { AGENT_ID_HEADER, AGENT_TOKEN_HEADER } from '@app/protocol';
import type { Admission, AgentAuthentication } from '../auth/agent-authentication.js';
import { callIdOf, connectionIdOf, IDENTITY_HEADER } from './agent-call.js';

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
  return (_method, call) => {
    let connectionId = '';
    const responder = new ResponderBuilder()
      .withStart((next) => {
        const listener = new ServerListenerBuilder().withOnReceiveMetadata((metadata, proceed) => {
          connectionId = connectionIdOf(metadata);
          const settle = (admission: Admission): void => {
            const identity = identityFor(admission, () => peers.identityOf(connectionId));
            if (typeof identity === 'object') {
              call.sendStatus(identity);
              peers.refused(connectionId, callIdOf(metadata), identity.details);
            } else {
              peers.admitted(connectionId);
              proceed(withIdentity(metadata, identity));
            }
          };
          const admission = authentication.admit({
            token: tokenOf(metadata),
            subjects: peers.subjectsOf(connectionId),
          });
          // At once where it is known at once: most calls have nothing to wait for.
          if (isPromise(admission)) {
            void admission.then(settle);
          } else {
            settle(admission);
          }
        });
        next(listener.build());
      })
      .withSendMetadata((metadata, next) => {
        const agentId = peers.boundAgentId(connectionId);
        if (agentId !== undefined && metadata.get(AGENT_ID_HEADER).length === 0) {
          metadata.set(AGENT_ID_HEADER, agentId);
        }
        next(metadata);
      });
    return new ServerInterceptingCall(call, responder.build());
  };
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
