/**
 * The agent as a module of a Nest application, and what its own modules can add to.
 *
 * @packageDocumentation
 */
export { extension, type ModuleImport, type NamedModule } from '@app/extensions';
export { ListenError, LOGGER, METRICS_REGISTRY, type Logger } from '@app/operations';
export { type ConfigOutcome, type ConfigSource, SettingsError } from '@app/config';
export type { RunningAgent } from './bootstrap.js';
export { type AgentOptions, loadAgentConfig } from './config/agent-options.js';
export {
  AgentModule,
  type AgentModuleAsyncOptions,
  type AgentPlace,
  agentToken,
  InjectAgent,
} from './embedding/agent.module.js';
export type { AgentModuleOptions, AgentSettings, AgentTarget } from './embedding/agent-setup.js';
export { EmbeddedAgent } from './embedding/embedded-agent.service.js';
export { TARGET_SOURCE } from './extensions/tokens.js';
export type { InProcessTarget } from './paths/in-process-target.js';
export type { OnTargets, TargetSource } from './paths/discovery/target-source.js';
export type { TargetConfig, TargetOrigin } from './paths/target-table.js';
