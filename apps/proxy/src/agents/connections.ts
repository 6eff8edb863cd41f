import diagnosticsChannel from 'node:diagnostics_channel';
import { randomUUID } from 'node:crypto';
import { constants, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { TLSSocket } from 'node:tls';
import { Bound, PartialMessages } from '@app/operations';
import { peerOf } from './agent-sockets.js';

/**
 * Header that the proxy itself puts into each incoming call to say which connection it came on; a value sent by a
 * peer is overwritten.
 */
export const CONNECTION_ID_HEADER = 'x-connection-id';

/** Likewise, which of the calls on its connection it is. */
export const CALL_ID_HEADER = 'x-call-id';

const STREAM_CREATED = 'http2.server.stream.created';
const WINDOW_BYTES = 4 * 1024 * 1024;

interface StreamCreated {
  readonly stream: ServerHttp2Stream;
  readonly headers: Record<string, string | string[] | undefined>;
}

/** One HTTP/2 connection of a peer. */
export class Connection {
  readonly id = randomUUID();
  /** `address:port` of the peer. */
  readonly peer: string;
  /** The id of the session that was bound to it last; it outlives that session, for answers that are still due. */
  agentId: string | undefined;
  /** The calls that are open on it, by their ids. */
  readonly calls = new Map<string, ServerHttp2Stream>();
  /** Whether a call on it was admitted. */
  isAdmitted = false;
  /** Subject alternative names of the peer's certificate, when it has presented one that was verified. */
  readonly subjects: readonly string[];
  private pinging: Promise<boolean> | undefined;
  private bytesSeen = 0;

  constructor(private readonly session: ServerHttp2Session) {
    this.peer = peerOf(session.socket);
    this.subjects = verifiedSubjects(session);
  }

  /**
   * Whether the peer answers an HTTP/2 ping within `timeoutMs`. Those who ask while a ping is under way wait for its
   * answer: another's would come behind it, and Node allows only a few outstanding pings on one connection.
   */
  isAlive(timeoutMs: number): Promise<boolean> {
    this.pinging ??= this.ping().finally(() => {
      this.pinging = undefined;
    });
    const { pinging } = this;
    return new Promise((resolve) => {
      // After the sockets were read once more: if this process was busy, the answer may have come in time.
      const timer = setTimeout(() => setImmediate(() => resolve(false)), timeoutMs);
      void pinging.then((isAnswered) => {
        clearTimeout(timer);
        resolve(isAnswered);
      });
    });
  }

  /** Whether anything came over it since this was asked last: true of one that is destroyed, which is not dead without having closed. */
  hasReceived(): boolean {
    if (this.session.destroyed) {
      return true;
    }
    const { bytesRead } = this.session.socket;
    const isMore = bytesRead > this.bytesSeen;
    this.bytesSeen = bytesRead;
    return isMore;
  }

  /**
   * Take no more of a call that was answered with its status alone: what its peer goes on sending would be kept until its
   * message is whole.
   */
  endCall(callId: string): void {
    // Behind the status, which leaves with this turn.
    setImmediate(() => this.calls.get(callId)?.close(constants.NGHTTP2_NO_ERROR));
  }

  /** Cut the connection. */
  destroy(): void {
    this.session.destroy();
  }

  /** False once the connection has closed. One that closes when its calls have ended may not be pinged any more; it answers settings. */
  private ping(): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.session.destroyed) {
        resolve(false);
        return;
      }
      const answered = (isAnswered: boolean): void => {
        this.session.off('close', onClose);
        resolve(isAnswered);
      };
      const onClose = (): void => answered(false);
      this.session.once('close', onClose);
      if (this.session.closed) {
        this.session.settings({}, (error) => answered(error === null));
      } else {
        this.session.ping((error) => answered(error === null));
      }
    });
  }
}

/** What connections may have; any number of what is left out. */
export interface ConnectionLimits {
  /** Calls on one of them: HTTP/2 itself sees to it, here it is counted. */
  readonly maxCalls?: number;
  /** Bytes of messages that are not complete, over all of them. */
  readonly maxPartialBytes?: number;
  /** Told whose call was ended, as `address:port`, because there were more. */
  readonly onShort?: (peer: string | undefined) => void;
}

/**
 * The HTTP/2 connections of one gRPC server, by id.
 *
 * gRPC hands out calls, not connections; Node's diagnostics channel names the connection of each stream. On the first
 * stream of a connection its receive windows are widened, so that a long link is not one window per round trip.
 */
export class Connections {
  private readonly bySession = new Map<ServerHttp2Session, Connection>();
  private readonly byId = new Map<string, Connection>();
  /** Of the calls on one connection: reached each time it has as many as it may. */
  readonly callBound: Bound;
  /** What arrived on the calls of messages that are not complete. */
  readonly partialMessages: PartialMessages;
  private openCalls = 0;

  /**
   * @param localPort - the server's port, asked anew for each stream: the channel is shared by the whole process
   * @param onClosed - called once for each connection that has closed
   */
  constructor(
    private readonly localPort: () => number | undefined,
    private readonly onClosed: (connection: Connection) => void,
    { maxCalls, maxPartialBytes, onShort }: ConnectionLimits = {},
  ) {
    this.callBound = new Bound(maxCalls ?? Infinity);
    this.partialMessages = new PartialMessages(maxPartialBytes ?? Infinity, ({ session }) =>
      onShort?.(session && this.bySession.get(session as ServerHttp2Session)?.peer),
    );
  }

  get size(): number {
    return this.byId.size;
  }

  /** Calls that are open, over all connections. */
  get callCount(): number {
    return this.openCalls;
  }

  list(): Iterable<Connection> {
    return this.byId.values();
  }

  find(id: string): Connection | undefined {
    return this.byId.get(id);
  }

  start(): void {
    diagnosticsChannel.subscribe(STREAM_CREATED, this.onStream);
  }

  stop(): void {
    diagnosticsChannel.unsubscribe(STREAM_CREATED, this.onStream);
  }

  private readonly onStream = (message: unknown): void => {
    const { stream, headers } = message as StreamCreated;
    const session = stream.session as ServerHttp2Session | undefined;
    const localPort = session?.destroyed === false ? session.socket.localPort : undefined;
    if (session === undefined || localPort === undefined) {
      // Whose it was cannot be told any more: what the peer claims must not be believed.
      delete headers[CONNECTION_ID_HEADER];
      return;
    }
    if (localPort !== this.localPort()) {
      return;
    }
    const connection = this.bySession.get(session) ?? this.add(session);
    headers[CONNECTION_ID_HEADER] = connection.id;
    const callId = String(stream.id);
    headers[CALL_ID_HEADER] = callId;
    this.keepCall(callId, stream, connection);
  };

  private keepCall(callId: string, stream: ServerHttp2Stream, { calls }: Connection): void {
    this.openCalls += 1;
    calls.set(callId, stream);
    this.partialMessages.follow(stream);
    if (calls.size === this.callBound.limit) {
      this.callBound.reached.add();
    }
    stream.once('close', () => {
      this.openCalls -= 1;
      calls.delete(callId);
    });
  }

  private add(session: ServerHttp2Session): Connection {
    const connection = new Connection(session);
    this.bySession.set(session, connection);
    this.byId.set(connection.id, connection);
    session.settings({ initialWindowSize: WINDOW_BYTES });
    session.setLocalWindowSize(WINDOW_BYTES);
    session.once('close', () => {
      this.bySession.delete(session);
      this.byId.delete(connection.id);
      this.onClosed(connection);
    });
    return connection;
  }
}

/** Names are separated by commas; those with characters of their own are quoted by Node as JSON, and are left out. */
function verifiedSubjects(session: ServerHttp2Session): string[] {
  const { socket } = session;
  if (!(socket instanceof TLSSocket) || !socket.authorized) {
    return [];
  }
  const names = socket.getPeerCertificate().subjectaltname ?? '';
  return names.split(', ').filter((name) => name !== '' && !name.includes('"'));
}
