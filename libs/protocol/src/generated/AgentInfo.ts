// Original file: proto/proxy_service.proto


export interface AgentInfoInit {
  'agentId'?: (string);
}

export interface AgentInfoMessage {
  'agentId': (string);
}
