import { MessageMeter } from '@app/protocol';
import { PeerWords } from '../connection/peer-words.js';
import type { ProxyClientOptions } from '../connection/proxy-client.js';

/** Of a plain client of the proxy that listens on this port. */
export function clientOptions(port: number): ProxyClientOptions {
  return {
    target: `ipv4:127.0.0.1:${port}`,
    authority: 'proxy.example:50051',
    tls: undefined,
    token: '',
    isUnbound: false,
    unaryDeadlineMs: 5_000,
    keepalive: {},
    meter: new MessageMeter(),
    words: new PeerWords(500),
  };
}
