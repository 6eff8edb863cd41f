// Original file: proto/proxy_service.proto


export interface PathMapSizeRequestInit {
  'agentId'?: (string);
}

export interface PathMapSizeRequestMessage {
  'agentId': (string);
}
