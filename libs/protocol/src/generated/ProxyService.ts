// Original file: proto/proxy_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AgentInfoInit as _AgentInfoInit, AgentInfoMessage as _AgentInfoMessage } from './AgentInfo.js';
import type { ChunkedScrapeResponseInit as _ChunkedScrapeResponseInit, ChunkedScrapeResponseMessage as _ChunkedScrapeResponseMessage } from './ChunkedScrapeResponse.js';
import type { EmptyInit as _google_protobuf_EmptyInit, EmptyMessage as _google_protobuf_EmptyMessage } from './google/protobuf/Empty.js';
import type { HeartBeatRequestInit as _HeartBeatRequestInit, HeartBeatRequestMessage as _HeartBeatRequestMessage } from './HeartBeatRequest.js';
import type { HeartBeatResponseInit as _HeartBeatResponseInit, HeartBeatResponseMessage as _HeartBeatResponseMessage } from './HeartBeatResponse.js';
import type { PathMapSizeRequestInit as _PathMapSizeRequestInit, PathMapSizeRequestMessage as _PathMapSizeRequestMessage } from './PathMapSizeRequest.js';
import type { PathMapSizeResponseInit as _PathMapSizeResponseInit, PathMapSizeResponseMessage as _PathMapSizeResponseMessage } from './PathMapSizeResponse.js';
import type { RegisterAgentRequestInit as _RegisterAgentRequestInit, RegisterAgentRequestMessage as _RegisterAgentRequestMessage } from './RegisterAgentRequest.js';
import type { RegisterAgentResponseInit as _RegisterAgentResponseInit, RegisterAgentResponseMessage as _RegisterAgentResponseMessage } from './RegisterAgentResponse.js';
import type { RegisterPathRequestInit as _RegisterPathRequestInit, RegisterPathRequestMessage as _RegisterPathRequestMessage } from './RegisterPathRequest.js';
import type { RegisterPathResponseInit as _RegisterPathResponseInit, RegisterPathResponseMessage as _RegisterPathResponseMessage } from './RegisterPathResponse.js';
import type { ScrapeRequestInit as _ScrapeRequestInit, ScrapeRequestMessage as _ScrapeRequestMessage } from './ScrapeRequest.js';
import type { ScrapeResponseInit as _ScrapeResponseInit, ScrapeResponseMessage as _ScrapeResponseMessage } from './ScrapeResponse.js';
import type { UnregisterPathRequestInit as _UnregisterPathRequestInit, UnregisterPathRequestMessage as _UnregisterPathRequestMessage } from './UnregisterPathRequest.js';
import type { UnregisterPathResponseInit as _UnregisterPathResponseInit, UnregisterPathResponseMessage as _UnregisterPathResponseMessage } from './UnregisterPathResponse.js';

/**
 * Served by the proxy, called by agents.
 */
export interface ProxyServiceClient extends grpc.Client {
  /**
   * Opens a session; its id comes back as the response header `agent-id`.
   */
  connectAgent(argument: _google_protobuf_EmptyInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_google_protobuf_EmptyMessage>): grpc.ClientUnaryCall;
  connectAgent(argument: _google_protobuf_EmptyInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_google_protobuf_EmptyMessage>): grpc.ClientUnaryCall;
  connectAgent(argument: _google_protobuf_EmptyInit, options: grpc.CallOptions, callback: grpc.requestCallback<_google_protobuf_EmptyMessage>): grpc.ClientUnaryCall;
  connectAgent(argument: _google_protobuf_EmptyInit, callback: grpc.requestCallback<_google_protobuf_EmptyMessage>): grpc.ClientUnaryCall;
  
  /**
   * Opens a session that is not bound to this connection, for agents behind an L7 proxy.
   */
  connectAgentWithTransportFilterDisabled(argument: _google_protobuf_EmptyInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_AgentInfoMessage>): grpc.ClientUnaryCall;
  connectAgentWithTransportFilterDisabled(argument: _google_protobuf_EmptyInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_AgentInfoMessage>): grpc.ClientUnaryCall;
  connectAgentWithTransportFilterDisabled(argument: _google_protobuf_EmptyInit, options: grpc.CallOptions, callback: grpc.requestCallback<_AgentInfoMessage>): grpc.ClientUnaryCall;
  connectAgentWithTransportFilterDisabled(argument: _google_protobuf_EmptyInit, callback: grpc.requestCallback<_AgentInfoMessage>): grpc.ClientUnaryCall;
  
  /**
   * How many paths the proxy serves, over all agents.
   */
  pathMapSize(argument: _PathMapSizeRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_PathMapSizeResponseMessage>): grpc.ClientUnaryCall;
  pathMapSize(argument: _PathMapSizeRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_PathMapSizeResponseMessage>): grpc.ClientUnaryCall;
  pathMapSize(argument: _PathMapSizeRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_PathMapSizeResponseMessage>): grpc.ClientUnaryCall;
  pathMapSize(argument: _PathMapSizeRequestInit, callback: grpc.requestCallback<_PathMapSizeResponseMessage>): grpc.ClientUnaryCall;
  
  /**
   * The scrapes the agent is to make, for as long as the session lives.
   */
  readRequestsFromProxy(argument: _AgentInfoInit, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_ScrapeRequestMessage>;
  readRequestsFromProxy(argument: _AgentInfoInit, options?: grpc.CallOptions): grpc.ClientReadableStream<_ScrapeRequestMessage>;
  
  /**
   * Says who the agent is.
   */
  registerAgent(argument: _RegisterAgentRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_RegisterAgentResponseMessage>): grpc.ClientUnaryCall;
  registerAgent(argument: _RegisterAgentRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_RegisterAgentResponseMessage>): grpc.ClientUnaryCall;
  registerAgent(argument: _RegisterAgentRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_RegisterAgentResponseMessage>): grpc.ClientUnaryCall;
  registerAgent(argument: _RegisterAgentRequestInit, callback: grpc.requestCallback<_RegisterAgentResponseMessage>): grpc.ClientUnaryCall;
  
  /**
   * Offers one path.
   */
  registerPath(argument: _RegisterPathRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_RegisterPathResponseMessage>): grpc.ClientUnaryCall;
  registerPath(argument: _RegisterPathRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_RegisterPathResponseMessage>): grpc.ClientUnaryCall;
  registerPath(argument: _RegisterPathRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_RegisterPathResponseMessage>): grpc.ClientUnaryCall;
  registerPath(argument: _RegisterPathRequestInit, callback: grpc.requestCallback<_RegisterPathResponseMessage>): grpc.ClientUnaryCall;
  
  /**
   * Keeps the session alive; `valid = false` tells the agent to dial again.
   */
  sendHeartBeat(argument: _HeartBeatRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_HeartBeatResponseMessage>): grpc.ClientUnaryCall;
  sendHeartBeat(argument: _HeartBeatRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_HeartBeatResponseMessage>): grpc.ClientUnaryCall;
  sendHeartBeat(argument: _HeartBeatRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_HeartBeatResponseMessage>): grpc.ClientUnaryCall;
  sendHeartBeat(argument: _HeartBeatRequestInit, callback: grpc.requestCallback<_HeartBeatResponseMessage>): grpc.ClientUnaryCall;
  
  /**
   * Takes one path back.
   */
  unregisterPath(argument: _UnregisterPathRequestInit, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_UnregisterPathResponseMessage>): grpc.ClientUnaryCall;
  unregisterPath(argument: _UnregisterPathRequestInit, metadata: grpc.Metadata, callback: grpc.requestCallback<_UnregisterPathResponseMessage>): grpc.ClientUnaryCall;
  unregisterPath(argument: _UnregisterPathRequestInit, options: grpc.CallOptions, callback: grpc.requestCallback<_UnregisterPathResponseMessage>): grpc.ClientUnaryCall;
  unregisterPath(argument: _UnregisterPathRequestInit, callback: grpc.requestCallback<_UnregisterPathResponseMessage>): grpc.ClientUnaryCall;
  
  /**
   * Answers in chunks. An agent may hold several of these calls at once.
   */
  writeChunkedResponsesToProxy(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_google_protobuf_EmptyMessage>): grpc.ClientWritableStream<_ChunkedScrapeResponseInit>;
  writeChunkedResponsesToProxy(metadata: grpc.Metadata, callback: grpc.requestCallback<_google_protobuf_EmptyMessage>): grpc.ClientWritableStream<_ChunkedScrapeResponseInit>;
  writeChunkedResponsesToProxy(options: grpc.CallOptions, callback: grpc.requestCallback<_google_protobuf_EmptyMessage>): grpc.ClientWritableStream<_ChunkedScrapeResponseInit>;
  writeChunkedResponsesToProxy(callback: grpc.requestCallback<_google_protobuf_EmptyMessage>): grpc.ClientWritableStream<_ChunkedScrapeResponseInit>;
  
  /**
   * Answers that fit in one message.
   */
  writeResponsesToProxy(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_google_protobuf_EmptyMessage>): grpc.ClientWritableStream<_ScrapeResponseInit>;
  writeResponsesToProxy(metadata: grpc.Metadata, callback: grpc.requestCallback<_google_protobuf_EmptyMessage>): grpc.ClientWritableStream<_ScrapeResponseInit>;
  writeResponsesToProxy(options: grpc.CallOptions, callback: grpc.requestCallback<_google_protobuf_EmptyMessage>): grpc.ClientWritableStream<_ScrapeResponseInit>;
  writeResponsesToProxy(callback: grpc.requestCallback<_google_protobuf_EmptyMessage>): grpc.ClientWritableStream<_ScrapeResponseInit>;
  
}

/**
 * Served by the proxy, called by agents.
 */
export interface ProxyServiceHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Opens a session; its id comes back as the response header `agent-id`.
   */
  connectAgent: grpc.handleUnaryCall<_google_protobuf_EmptyMessage, _google_protobuf_EmptyInit>;
  
  /**
   * Opens a session that is not bound to this connection, for agents behind an L7 proxy.
   */
  connectAgentWithTransportFilterDisabled: grpc.handleUnaryCall<_google_protobuf_EmptyMessage, _AgentInfoInit>;
  
  /**
   * How many paths the proxy serves, over all agents.
   */
  pathMapSize: grpc.handleUnaryCall<_PathMapSizeRequestMessage, _PathMapSizeResponseInit>;
  
  /**
   * The scrapes the agent is to make, for as long as the session lives.
   */
  readRequestsFromProxy: grpc.handleServerStreamingCall<_AgentInfoMessage, _ScrapeRequestInit>;
  
  /**
   * Says who the agent is.
   */
  registerAgent: grpc.handleUnaryCall<_RegisterAgentRequestMessage, _RegisterAgentResponseInit>;
  
  /**
   * Offers one path.
   */
  registerPath: grpc.handleUnaryCall<_RegisterPathRequestMessage, _RegisterPathResponseInit>;
  
  /**
   * Keeps the session alive; `valid = false` tells the agent to dial again.
   */
  sendHeartBeat: grpc.handleUnaryCall<_HeartBeatRequestMessage, _HeartBeatResponseInit>;
  
  /**
   * Takes one path back.
   */
  unregisterPath: grpc.handleUnaryCall<_UnregisterPathRequestMessage, _UnregisterPathResponseInit>;
  
  /**
   * Answers in chunks. An agent may hold several of these calls at once.
   */
  writeChunkedResponsesToProxy: grpc.handleClientStreamingCall<_ChunkedScrapeResponseMessage, _google_protobuf_EmptyInit>;
  
  /**
   * Answers that fit in one message.
   */
  writeResponsesToProxy: grpc.handleClientStreamingCall<_ScrapeResponseMessage, _google_protobuf_EmptyInit>;
  
}

export interface ProxyServiceDefinition extends grpc.ServiceDefinition {
  connectAgent: MethodDefinition<_google_protobuf_EmptyInit, _google_protobuf_EmptyInit, _google_protobuf_EmptyMessage, _google_protobuf_EmptyMessage>
  connectAgentWithTransportFilterDisabled: MethodDefinition<_google_protobuf_EmptyInit, _AgentInfoInit, _google_protobuf_EmptyMessage, _AgentInfoMessage>
  pathMapSize: MethodDefinition<_PathMapSizeRequestInit, _PathMapSizeResponseInit, _PathMapSizeRequestMessage, _PathMapSizeResponseMessage>
  readRequestsFromProxy: MethodDefinition<_AgentInfoInit, _ScrapeRequestInit, _AgentInfoMessage, _ScrapeRequestMessage>
  registerAgent: MethodDefinition<_RegisterAgentRequestInit, _RegisterAgentResponseInit, _RegisterAgentRequestMessage, _RegisterAgentResponseMessage>
  registerPath: MethodDefinition<_RegisterPathRequestInit, _RegisterPathResponseInit, _RegisterPathRequestMessage, _RegisterPathResponseMessage>
  sendHeartBeat: MethodDefinition<_HeartBeatRequestInit, _HeartBeatResponseInit, _HeartBeatRequestMessage, _HeartBeatResponseMessage>
  unregisterPath: MethodDefinition<_UnregisterPathRequestInit, _UnregisterPathResponseInit, _UnregisterPathRequestMessage, _UnregisterPathResponseMessage>
  writeChunkedResponsesToProxy: MethodDefinition<_ChunkedScrapeResponseInit, _google_protobuf_EmptyInit, _ChunkedScrapeResponseMessage, _google_protobuf_EmptyMessage>
  writeResponsesToProxy: MethodDefinition<_ScrapeResponseInit, _google_protobuf_EmptyInit, _ScrapeResponseMessage, _google_protobuf_EmptyMessage>
}
