// Original file: proto/proxy_service.proto

import type { Long } from '@grpc/proto-loader';

export interface SummaryDataInit {
  'summaryScrapeId'?: (number | string | Long);
  'summaryChunkCount'?: (number);
  'summaryByteCount'?: (number);
  'summaryChecksum'?: (number | string | Long);
}

export interface SummaryDataMessage {
  'summaryScrapeId': (number);
  'summaryChunkCount': (number);
  'summaryByteCount': (number);
  'summaryChecksum': (number);
}
