// Original file: proto/proxy_service.proto


export interface HeartBeatRequestInit {
  'agentId'?: (string);
  /**
   * The agent is leaving: it answers what it was asked and wants nothing new (capability `draining`).
   */
  'draining'?: (boolean);
}

export interface HeartBeatRequestMessage {
  'agentId': (string);
  /**
   * The agent is leaving: it answers what it was asked and wants nothing new (capability `draining`).
   */
  'draining': (boolean);
}
