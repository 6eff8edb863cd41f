export { answerWithin, isPromise } from './answer-within.js';
export type { Extension, ModuleImport, NamedModule } from './named.module.js';
export { classOf, nameModules } from './named.module.js';
export { asError, ExtensionFaults, type FaultReport } from './extension-faults.js';
export { extension, ExtensionsModule, type FaultReporting } from './extensions.module.js';
export { Extensions } from './extensions.service.js';
export { faultReport } from './fault-report.js';
export { loadModules, ModuleLoadError } from './load-modules.js';
export { containStrayErrors } from './stray-errors.js';
