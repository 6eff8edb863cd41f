// Original file: proto/proxy_service.proto


export interface UnregisterPathResponseInit {
  'valid'?: (boolean);
  'reason'?: (string);
}

export interface UnregisterPathResponseMessage {
  'valid': (boolean);
  'reason': (string);
}
