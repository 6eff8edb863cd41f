import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AgentModule, EmbeddedAgent, InjectAgent } from 'prometheus-proxy-node/agent';

@Injectable()
class Links {
  constructor(
    @InjectAgent('east') readonly east: EmbeddedAgent,
    @InjectAgent('west') readonly west: EmbeddedAgent,
  ) {}
}

@Module({
  imports: [
    AgentModule.forRoot({ name: 'east', proxy: process.env['EAST'] ?? 'proxy.east.example:50051' }),
    AgentModule.forRoot({ name: 'west', proxy: process.env['WEST'] ?? 'proxy.west.example:50051' }),
  ],
  providers: [Links],
})
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule);
app.enableShutdownHooks();
const { east, west } = app.get(Links);
east.register({ path: 'node', url: 'http://localhost:9100/metrics' });
west.register({ path: 'node', url: 'http://localhost:9100/metrics' });
