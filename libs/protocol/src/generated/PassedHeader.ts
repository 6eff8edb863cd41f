// Original file: proto/proxy_service.proto


/**
 * A header that goes along by its name.
 */
export interface PassedHeaderInit {
  /**
   * In lower case.
   */
  'name'?: (string);
  'value'?: (string);
}

/**
 * A header that goes along by its name.
 */
export interface PassedHeaderMessage {
  /**
   * In lower case.
   */
  'name': (string);
  'value': (string);
}
