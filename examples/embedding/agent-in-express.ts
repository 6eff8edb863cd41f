import { Controller, Get, Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AgentModule, EmbeddedAgent } from 'prometheus-proxy-node/agent';
import { Counter, Registry } from 'prom-client';

const registry = new Registry();
const orders = new Counter({ name: 'orders_total', help: 'Orders taken', registers: [registry] });

@Controller('orders')
class OrdersController {
  @Get()
  take(): string {
    orders.inc();
    return 'taken\n';
  }
}

/** Serves and stops serving targets while the application runs. */
@Injectable()
export class Workers {
  constructor(@Inject(EmbeddedAgent) private readonly agent: EmbeddedAgent) {}

  added(name: string, address: string): void {
    this.agent.register({ path: `workers/${name}`, url: `http://${address}/metrics`, labels: { name } });
  }

  removed(name: string): void {
    this.agent.unregister(`workers/${name}`);
  }
}

@Module({
  imports: [
    AgentModule.forRoot({
      proxy: process.env['PROXY'] ?? 'localhost:50051',
      paths: [{ path: 'shop/orders', registry }],
      settings: { name: 'shop', internal: { reconnectPauseSecs: 1 } },
    }),
  ],
  controllers: [OrdersController],
  providers: [Workers],
})
class AppModule {}

const app = await NestFactory.create(AppModule);
app.enableShutdownHooks();
app.get(Workers).added('one', 'localhost:9100');
await app.listen(Number(process.env['PORT'] ?? 3000));
