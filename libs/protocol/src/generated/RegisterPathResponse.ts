// Original file: proto/proxy_service.proto

import type { Long } from '@grpc/proto-loader';

export interface RegisterPathResponseInit {
  'valid'?: (boolean);
  'reason'?: (string);
  'pathCount'?: (number);
  /**
   * -1 when not valid.
   */
  'pathId'?: (number | string | Long);
  /**
   * What was accepted in part, and why: labels that were dropped, for example.
   */
  'warnings'?: (string)[];
}

export interface RegisterPathResponseMessage {
  'valid': (boolean);
  'reason': (string);
  'pathCount': (number);
  /**
   * -1 when not valid.
   */
  'pathId': (number);
  /**
   * What was accepted in part, and why: labels that were dropped, for example.
   */
  'warnings': (string)[];
}
