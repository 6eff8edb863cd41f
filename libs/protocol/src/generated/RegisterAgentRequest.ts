// Original file: proto/proxy_service.proto


export interface RegisterAgentRequestInit {
  'agentId'?: (string);
  /**
   * One per agent process, stable across reconnects.
   */
  'launchId'?: (string);
  'agentName'?: (string);
  'hostName'?: (string);
  /**
   * All paths of this agent may be shared with other consolidated agents.
   */
  'consolidated'?: (boolean);
  /**
   * The endpoints the agent may dial, in order of preference, and the one it dialled.
   */
  'proxyEndpoints'?: (string)[];
  'currentEndpointIndex'?: (number);
  /**
   * What the agent understands beyond prometheus-proxy 4.x.
   */
  'capabilities'?: (string)[];
}

export interface RegisterAgentRequestMessage {
  'agentId': (string);
  /**
   * One per agent process, stable across reconnects.
   */
  'launchId': (string);
  'agentName': (string);
  'hostName': (string);
  /**
   * All paths of this agent may be shared with other consolidated agents.
   */
  'consolidated': (boolean);
  /**
   * The endpoints the agent may dial, in order of preference, and the one it dialled.
   */
  'proxyEndpoints': (string)[];
  'currentEndpointIndex': (number);
  /**
   * What the agent understands beyond prometheus-proxy 4.x.
   */
  'capabilities': (string)[];
}
