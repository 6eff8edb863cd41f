import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ExtensionFaults, Extensions } from '@app/extensions';
import { MergedTargets } from '../paths/discovery/merged-targets.js';
import type { TargetSource } from '../paths/discovery/target-source.js';
import { ContainedSource, isTargetSource } from './contained-source.js';
import { TARGET_SOURCE } from './tokens.js';

/** Adds the sources of modules that are not ours to those of the configuration, before any of them is started. */
@Injectable()
export class AddedSourcesLifecycle implements OnModuleInit {
  constructor(
    private readonly extensions: Extensions,
    private readonly faults: ExtensionFaults,
    private readonly targets: MergedTargets,
  ) {}

  onModuleInit(): void {
    const sources = this.extensions.find<TargetSource>(TARGET_SOURCE, isTargetSource);
    sources.forEach((source) => this.targets.add(new ContainedSource(source, this.faults)));
    this.extensions.containHooks();
  }
}
