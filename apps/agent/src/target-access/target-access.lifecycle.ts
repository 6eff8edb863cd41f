import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { TargetAccess } from './target-access.js';

/** Follows the files for the access to targets while the agent runs. */
@Injectable()
export class TargetAccessLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly access: TargetAccess) {}

  onApplicationBootstrap(): Promise<void> {
    return this.access.start();
  }

  beforeApplicationShutdown(): void {
    this.access.stop();
  }
}
