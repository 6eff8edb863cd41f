// Original file: proto/proxy_service.proto


export interface HeartBeatResponseInit {
  'valid'?: (boolean);
  'reason'?: (string);
}

export interface HeartBeatResponseMessage {
  'valid': (boolean);
  'reason': (string);
}
