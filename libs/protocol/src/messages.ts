/**
 * The messages of the wire. `…Message` is what arrives (every field present), `…Init` is what may be sent
 * (absent fields are proto3 defaults).
 */
export type { AgentInfoInit, AgentInfoMessage } from './generated/AgentInfo.js';
export type { ChunkDataInit, ChunkDataMessage } from './generated/ChunkData.js';
export type {
  ChunkedScrapeResponseInit,
  ChunkedScrapeResponseMessage,
} from './generated/ChunkedScrapeResponse.js';
export type { DeltaBodyInit, DeltaBodyMessage } from './generated/DeltaBody.js';
export type { DeltaOfferInit, DeltaOfferMessage } from './generated/DeltaOffer.js';
export type { HeaderDataInit, HeaderDataMessage } from './generated/HeaderData.js';
export type { HeartBeatRequestInit, HeartBeatRequestMessage } from './generated/HeartBeatRequest.js';
export type { HeartBeatResponseInit, HeartBeatResponseMessage } from './generated/HeartBeatResponse.js';
export type { PathMapSizeRequestInit, PathMapSizeRequestMessage } from './generated/PathMapSizeRequest.js';
export type { PathMapSizeResponseInit, PathMapSizeResponseMessage } from './generated/PathMapSizeResponse.js';
export type { ProxyServiceClient } from './generated/ProxyService.js';
export type { ProtoGrpcType } from './generated/proxy_service.js';
export type {
  RegisterAgentRequestInit,
  RegisterAgentRequestMessage,
} from './generated/RegisterAgentRequest.js';
export type {
  RegisterAgentResponseInit,
  RegisterAgentResponseMessage,
} from './generated/RegisterAgentResponse.js';
export type { RegisterPathRequestInit, RegisterPathRequestMessage } from './generated/RegisterPathRequest.js';
export type {
  RegisterPathResponseInit,
  RegisterPathResponseMessage,
} from './generated/RegisterPathResponse.js';
export type { ScrapeRequestInit, ScrapeRequestMessage } from './generated/ScrapeRequest.js';
export type { ScrapeResponseInit, ScrapeResponseMessage } from './generated/ScrapeResponse.js';
export type { SummaryDataInit, SummaryDataMessage } from './generated/SummaryData.js';
export type {
  UnregisterPathRequestInit,
  UnregisterPathRequestMessage,
} from './generated/UnregisterPathRequest.js';
export type {
  UnregisterPathResponseInit,
  UnregisterPathResponseMessage,
} from './generated/UnregisterPathResponse.js';
