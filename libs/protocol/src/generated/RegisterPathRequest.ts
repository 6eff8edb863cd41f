// Original file: proto/proxy_service.proto


export interface RegisterPathRequestInit {
  'agentId'?: (string);
  /**
   * Without a leading slash.
   */
  'path'?: (string);
  /**
   * A JSON object as text.
   */
  'labels'?: (string);
  /**
   * For display; credentials masked.
   */
  'targetUrl'?: (string);
  /**
   * STATIC, DISCOVERED, or a later name.
   */
  'pathSource'?: (string);
}

export interface RegisterPathRequestMessage {
  'agentId': (string);
  /**
   * Without a leading slash.
   */
  'path': (string);
  /**
   * A JSON object as text.
   */
  'labels': (string);
  /**
   * For display; credentials masked.
   */
  'targetUrl': (string);
  /**
   * STATIC, DISCOVERED, or a later name.
   */
  'pathSource': (string);
}
