import { SocketMeter } from '@app/operations';
import { MessageMeter } from '@app/protocol';

/** The bytes that the agent exchanges: with targets over its sockets to them, with proxies in messages. */
export class AgentTraffic {
  readonly targets = new SocketMeter();
  readonly proxies = new MessageMeter();
}
