import { Controller, Get } from '@nestjs/common';
import {
  HealthCheck,
  type HealthCheckResult,
  HealthCheckService,
  type HealthIndicatorResult,
  HealthIndicatorService,
} from '@nestjs/terminus';
import { HealthChecks, type HealthOutcome, type HealthScope } from './health-checks.js';

/** Serves `/livez` and `/readyz` for Kubernetes and load balancers: 200, or 503 when a check is down. */
@Controller()
export class ProbeController {
  constructor(
    private readonly checks: HealthChecks,
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
  ) {}

  @Get('livez')
  @HealthCheck()
  livez(): Promise<HealthCheckResult> {
    return this.answer('livez');
  }

  @Get('readyz')
  @HealthCheck()
  readyz(): Promise<HealthCheckResult> {
    return this.answer('readyz');
  }

  private answer(scope: HealthScope): Promise<HealthCheckResult> {
    return this.health.check(this.checks.run(scope).map((outcome) => () => this.indicate(outcome)));
  }

  private indicate({ name, healthy, message }: HealthOutcome): HealthIndicatorResult {
    const indicator = this.indicators.check(name);
    const details: Record<string, unknown> = message === undefined ? {} : { message };
    return healthy ? indicator.up(details) : indicator.down(details);
  }
}
