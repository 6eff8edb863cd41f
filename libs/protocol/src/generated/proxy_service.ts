import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { AgentInfoInit as _AgentInfoInit, AgentInfoMessage as _AgentInfoMessage } from './AgentInfo.js';
import type { ChunkDataInit as _ChunkDataInit, ChunkDataMessage as _ChunkDataMessage } from './ChunkData.js';
import type { ChunkedScrapeResponseInit as _ChunkedScrapeResponseInit, ChunkedScrapeResponseMessage as _ChunkedScrapeResponseMessage } from './ChunkedScrapeResponse.js';
import type { DeltaBodyInit as _DeltaBodyInit, DeltaBodyMessage as _DeltaBodyMessage } from './DeltaBody.js';
import type { DeltaOfferInit as _DeltaOfferInit, DeltaOfferMessage as _DeltaOfferMessage } from './DeltaOffer.js';
import type { HeaderDataInit as _HeaderDataInit, HeaderDataMessage as _HeaderDataMessage } from './HeaderData.js';
import type { HeartBeatRequestInit as _HeartBeatRequestInit, HeartBeatRequestMessage as _HeartBeatRequestMessage } from './HeartBeatRequest.js';
import type { HeartBeatResponseInit as _HeartBeatResponseInit, HeartBeatResponseMessage as _HeartBeatResponseMessage } from './HeartBeatResponse.js';
import type { PassedHeaderInit as _PassedHeaderInit, PassedHeaderMessage as _PassedHeaderMessage } from './PassedHeader.js';
import type { PathMapSizeRequestInit as _PathMapSizeRequestInit, PathMapSizeRequestMessage as _PathMapSizeRequestMessage } from './PathMapSizeRequest.js';
import type { PathMapSizeResponseInit as _PathMapSizeResponseInit, PathMapSizeResponseMessage as _PathMapSizeResponseMessage } from './PathMapSizeResponse.js';
import type { ProxyServiceClient as _ProxyServiceClient, ProxyServiceDefinition as _ProxyServiceDefinition } from './ProxyService.js';
import type { RegisterAgentRequestInit as _RegisterAgentRequestInit, RegisterAgentRequestMessage as _RegisterAgentRequestMessage } from './RegisterAgentRequest.js';
import type { RegisterAgentResponseInit as _RegisterAgentResponseInit, RegisterAgentResponseMessage as _RegisterAgentResponseMessage } from './RegisterAgentResponse.js';
import type { RegisterPathRequestInit as _RegisterPathRequestInit, RegisterPathRequestMessage as _RegisterPathRequestMessage } from './RegisterPathRequest.js';
import type { RegisterPathResponseInit as _RegisterPathResponseInit, RegisterPathResponseMessage as _RegisterPathResponseMessage } from './RegisterPathResponse.js';
import type { ScrapeRequestInit as _ScrapeRequestInit, ScrapeRequestMessage as _ScrapeRequestMessage } from './ScrapeRequest.js';
import type { ScrapeResponseInit as _ScrapeResponseInit, ScrapeResponseMessage as _ScrapeResponseMessage } from './ScrapeResponse.js';
import type { SummaryDataInit as _SummaryDataInit, SummaryDataMessage as _SummaryDataMessage } from './SummaryData.js';
import type { UnregisterPathRequestInit as _UnregisterPathRequestInit, UnregisterPathRequestMessage as _UnregisterPathRequestMessage } from './UnregisterPathRequest.js';
import type { UnregisterPathResponseInit as _UnregisterPathResponseInit, UnregisterPathResponseMessage as _UnregisterPathResponseMessage } from './UnregisterPathResponse.js';
import type { EmptyInit as _google_protobuf_EmptyInit, EmptyMessage as _google_protobuf_EmptyMessage } from './google/protobuf/Empty.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  AgentInfo: MessageTypeDefinition<_AgentInfoInit, _AgentInfoMessage>
  ChunkData: MessageTypeDefinition<_ChunkDataInit, _ChunkDataMessage>
  ChunkedScrapeResponse: MessageTypeDefinition<_ChunkedScrapeResponseInit, _ChunkedScrapeResponseMessage>
  DeltaBody: MessageTypeDefinition<_DeltaBodyInit, _DeltaBodyMessage>
  DeltaOffer: MessageTypeDefinition<_DeltaOfferInit, _DeltaOfferMessage>
  HeaderData: MessageTypeDefinition<_HeaderDataInit, _HeaderDataMessage>
  HeartBeatRequest: MessageTypeDefinition<_HeartBeatRequestInit, _HeartBeatRequestMessage>
  HeartBeatResponse: MessageTypeDefinition<_HeartBeatResponseInit, _HeartBeatResponseMessage>
  PassedHeader: MessageTypeDefinition<_PassedHeaderInit, _PassedHeaderMessage>
  PathMapSizeRequest: MessageTypeDefinition<_PathMapSizeRequestInit, _PathMapSizeRequestMessage>
  PathMapSizeResponse: MessageTypeDefinition<_PathMapSizeResponseInit, _PathMapSizeResponseMessage>
  /**
   * Served by the proxy, called by agents.
   */
  ProxyService: SubtypeConstructor<typeof grpc.Client, _ProxyServiceClient> & { service: _ProxyServiceDefinition }
  RegisterAgentRequest: MessageTypeDefinition<_RegisterAgentRequestInit, _RegisterAgentRequestMessage>
  RegisterAgentResponse: MessageTypeDefinition<_RegisterAgentResponseInit, _RegisterAgentResponseMessage>
  RegisterPathRequest: MessageTypeDefinition<_RegisterPathRequestInit, _RegisterPathRequestMessage>
  RegisterPathResponse: MessageTypeDefinition<_RegisterPathResponseInit, _RegisterPathResponseMessage>
  ScrapeRequest: MessageTypeDefinition<_ScrapeRequestInit, _ScrapeRequestMessage>
  ScrapeResponse: MessageTypeDefinition<_ScrapeResponseInit, _ScrapeResponseMessage>
  SummaryData: MessageTypeDefinition<_SummaryDataInit, _SummaryDataMessage>
  UnregisterPathRequest: MessageTypeDefinition<_UnregisterPathRequestInit, _UnregisterPathRequestMessage>
  UnregisterPathResponse: MessageTypeDefinition<_UnregisterPathResponseInit, _UnregisterPathResponseMessage>
  google: {
    protobuf: {
      Empty: MessageTypeDefinition<_google_protobuf_EmptyInit, _google_protobuf_EmptyMessage>
    }
  }
}

