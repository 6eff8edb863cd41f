import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { PathTableModule } from '../paths/path-table.module.js';
import { Dashboard } from './dashboard.lifecycle.js';

/** The page for people, on a port of its own. */
@Module({
  imports: [AgentsModule, PathTableModule],
  providers: [Dashboard],
  exports: [Dashboard],
})
export class DashboardModule {}
