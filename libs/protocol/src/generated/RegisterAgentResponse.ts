// Original file: proto/proxy_service.proto


export interface RegisterAgentResponseInit {
  'valid'?: (boolean);
  'reason'?: (string);
  'agentId'?: (string);
  /**
   * What the proxy understands beyond prometheus-proxy 4.x.
   */
  'capabilities'?: (string)[];
  /**
   * Which version it is, for people; only to an agent that announced capabilities.
   */
  'version'?: (string);
}

export interface RegisterAgentResponseMessage {
  'valid': (boolean);
  'reason': (string);
  'agentId': (string);
  /**
   * What the proxy understands beyond prometheus-proxy 4.x.
   */
  'capabilities': (string)[];
  /**
   * Which version it is, for people; only to an agent that announced capabilities.
   */
  'version': (string);
}
