import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  type AgentAuthenticator,
  AGENT_AUTHENTICATOR,
  extension,
  ProxyModule,
} from 'prometheus-proxy-node/proxy';

@Injectable()
class Teams implements AgentAuthenticator {
  readonly #teams = new Map([['secret-of-a', 'team-a']]);

  authenticate({ token }: { token: string }): string | undefined {
    return this.#teams.get(token);
  }

  mayRegister(team: string, path: string): boolean {
    return path.startsWith(`${team}/`);
  }
}

@Module({ providers: [Teams], exports: [Teams] })
class TeamsModule {}

@Controller()
class HomeController {
  @Get()
  home(): string {
    return 'at home\n';
  }
}

@Module({
  imports: [
    ProxyModule.forRootAsync({
      imports: [TeamsModule],
      inject: [Teams],
      useFactory: (teams: Teams) => ({
        settings: {
          http: { port: Number(process.env['SCRAPE_PORT'] ?? 8080) },
          agent: { port: Number(process.env['AGENT_PORT'] ?? 50051) },
        },
        modules: [extension(AGENT_AUTHENTICATOR, teams)],
      }),
    }),
  ],
  controllers: [HomeController],
})
class AppModule {}

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter());
app.enableShutdownHooks();
await app.listen(Number(process.env['PORT'] ?? 3000));
