// Original file: proto/proxy_service.proto

import type { HeaderDataInit as _HeaderDataInit, HeaderDataMessage as _HeaderDataMessage } from './HeaderData.js';
import type { ChunkDataInit as _ChunkDataInit, ChunkDataMessage as _ChunkDataMessage } from './ChunkData.js';
import type { SummaryDataInit as _SummaryDataInit, SummaryDataMessage as _SummaryDataMessage } from './SummaryData.js';

export interface ChunkedScrapeResponseInit {
  'header'?: (_HeaderDataInit | null);
  'chunk'?: (_ChunkDataInit | null);
  'summary'?: (_SummaryDataInit | null);
  'chunkOneOf'?: "header"|"chunk"|"summary";
}

export interface ChunkedScrapeResponseMessage {
  'header'?: (_HeaderDataMessage | null);
  'chunk'?: (_ChunkDataMessage | null);
  'summary'?: (_SummaryDataMessage | null);
  'chunkOneOf'?: "header"|"chunk"|"summary";
}
