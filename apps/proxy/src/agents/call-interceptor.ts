import {
  type Metadata,
  ResponderBuilder,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
  status,
} from '@grpc/grpc-js';
import { AGENT_ID_HEADER, AGENT_TOKEN_HEADER } from '@app/protocol';
import type { AgentIdentities } from '../auth/agent-identities.js';
import { connectionIdOf, IDENTITY_HEADER } from './agent-call.js';

/** What is known of the connections that calls come on. */
export interface CallPeers {
  /** The id of the session that is, or was last, bound to a connection. */
  boundAgentId(connectionId: string): string | undefined;
  /** Subject alternative names of the connection's verified certificate. */
  subjectsOf(connectionId: string): readonly string[];
  /** Told of each call that is let through. */
  admitted(connectionId: string): void;
}

/** One text for a missing and for an unknown token. */
const UNAUTHENTICATED = { code: status.UNAUTHENTICATED, details: 'Missing or invalid agent token' };

/**
 * What is the same for every RPC of every agent: its token is checked before a handler runs, and an answer on a bound
 * connection carries the header `agent-id`.
 *
 * @param peers - what is known of the connections that calls come on
 */
export function agentCallInterceptor(identities: AgentIdentities, peers: CallPeers): ServerInterceptor {
  return (_method, call) => {
    let connectionId = '';
    const responder = new ResponderBuilder()
      .withStart((next) => {
        const listener = new ServerListenerBuilder().withOnReceiveMetadata((metadata, proceed) => {
          connectionId = connectionIdOf(metadata);
          if (admit(metadata, identities, peers.subjectsOf(connectionId))) {
            peers.admitted(connectionId);
            proceed(metadata);
          } else {
            call.sendStatus(UNAUTHENTICATED);
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

function admit(metadata: Metadata, identities: AgentIdentities, subjects: readonly string[]): boolean {
  metadata.remove(IDENTITY_HEADER);
  if (!identities.isRequired) {
    return true;
  }
  const [token] = metadata.get(AGENT_TOKEN_HEADER);
  // Who presents a token is judged by it alone: a wrong one is not made good by a certificate.
  const identity =
    typeof token === 'string' && token !== ''
      ? identities.identify(token)
      : identities.identifyCertificate(subjects);
  if (identity === undefined) {
    return false;
  }
  metadata.set(IDENTITY_HEADER, encodeURIComponent(identity));
  return true;
}
