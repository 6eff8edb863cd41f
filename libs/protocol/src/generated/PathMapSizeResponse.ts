// Original file: proto/proxy_service.proto


export interface PathMapSizeResponseInit {
  'pathCount'?: (number);
}

export interface PathMapSizeResponseMessage {
  'pathCount': (number);
}
