// Original file: proto/proxy_service.proto


/**
 * The bodies the proxy holds of this path, for the same accept, query and authorization.
 */
export interface DeltaOfferInit {
  /**
   * Newest first; none when it holds none. See DeltaBody.body_id.
   */
  'baseIds'?: (Buffer | Uint8Array | string)[];
}

/**
 * The bodies the proxy holds of this path, for the same accept, query and authorization.
 */
export interface DeltaOfferMessage {
  /**
   * Newest first; none when it holds none. See DeltaBody.body_id.
   */
  'baseIds': (Buffer)[];
}
