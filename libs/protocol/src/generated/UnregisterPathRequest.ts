// Original file: proto/proxy_service.proto


export interface UnregisterPathRequestInit {
  'agentId'?: (string);
  'path'?: (string);
}

export interface UnregisterPathRequestMessage {
  'agentId': (string);
  'path': (string);
}
