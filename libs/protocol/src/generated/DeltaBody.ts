// Original file: proto/proxy_service.proto


export interface DeltaBodyInit {
  /**
   * The offered body it is coded with; empty when it is coded by itself.
   */
  'baseId'?: (Buffer | Uint8Array | string);
  /**
   * The first 8 bytes of the SHA-256 of the body.
   */
  'bodyId'?: (Buffer | Uint8Array | string);
  /**
   * One zstd frame that declares the length of the body, with the base as dictionary.
   */
  'frame'?: (Buffer | Uint8Array | string);
}

export interface DeltaBodyMessage {
  /**
   * The offered body it is coded with; empty when it is coded by itself.
   */
  'baseId': (Buffer);
  /**
   * The first 8 bytes of the SHA-256 of the body.
   */
  'bodyId': (Buffer);
  /**
   * One zstd frame that declares the length of the body, with the base as dictionary.
   */
  'frame': (Buffer);
}
