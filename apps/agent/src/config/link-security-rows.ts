import { flag, inRange, int, MAX_TIMER_SECS, minusOneOr, text } from '@app/config';

/** How the link to the proxy is encrypted. */
export const tlsRows = {
  'tls.enabled': flag({
    default: false,
    flags: ['--tls'],
    env: 'AGENT_TLS_ENABLED',
    doc: 'Encrypt the connection to the proxy; a trust collection does so too, and then need not be said.',
  }),
  'tls.trustCertCollectionFilePath': text({
    default: '',
    flags: ['--trust', '-s'],
    env: 'TRUST_CERT_COLLECTION_FILE_PATH',
    doc: 'PEM file with the authorities that may have signed the certificate of the proxy; they replace those of the system.',
  }),
  'tls.certChainFilePath': text({
    default: '',
    flags: ['--cert', '-t'],
    env: 'CERT_CHAIN_FILE_PATH',
    doc: 'PEM file with the certificate chain that this agent presents.',
  }),
  'tls.privateKeyFilePath': text({
    default: '',
    flags: ['--key', '-k'],
    env: 'PRIVATE_KEY_FILE_PATH',
    doc: 'PEM file with the private key of that certificate.',
  }),
  'tls.overrideAuthority': text({
    default: '',
    flags: ['--override', '--over'],
    env: 'OVERRIDE_AUTHORITY',
    doc: 'Name to ask for, and to look for in the certificate, in place of the host that is dialled.',
  }),
};

const seconds = minusOneOr(inRange(1, MAX_TIMER_SECS));

/** HTTP/2 pings to the proxy, beside the heartbeats. */
export const keepaliveRows = {
  'grpc.keepAliveTimeSecs': int({
    default: -1,
    check: seconds,
    flags: ['--keepalive_time_secs'],
    env: 'KEEPALIVE_TIME_SECS',
    doc: 'Seconds of silence after which the proxy is pinged (HTTP/2); -1 means never: heartbeats find a dead link.',
  }),
  'grpc.keepAliveTimeoutSecs': int({
    default: -1,
    check: seconds,
    flags: ['--keepalive_timeout_secs'],
    env: 'KEEPALIVE_TIMEOUT_SECS',
    doc: 'Seconds the proxy has to answer such a ping; -1 means 20.',
  }),
  'grpc.keepAliveWithoutCalls': flag({
    default: false,
    flags: ['--keepalive_without_calls'],
    env: 'KEEPALIVE_WITHOUT_CALLS',
    doc: 'Ping also while no call is open.',
  }),
};
