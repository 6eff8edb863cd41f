import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { PathController } from './path.controller.js';
import { PathRegistrationService } from './path-registration.service.js';
import { PathTableModule } from './path-table.module.js';

/** How agents offer paths and take them back. */
@Module({
  imports: [AgentsModule, PathTableModule],
  controllers: [PathController],
  providers: [PathRegistrationService],
})
export class PathsModule {}
