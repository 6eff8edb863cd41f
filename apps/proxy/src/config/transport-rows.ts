import { flag, inRange, int, MAX_TIMER_SECS, minusOneOr, text } from '@app/config';

/** How the link to agents is encrypted. */
export const tlsRows = {
  'tls.certChainFilePath': text({
    default: '',
    flags: ['--cert', '-t'],
    env: 'CERT_CHAIN_FILE_PATH',
    doc: 'PEM file with the certificate chain of the agent port; with a private key it turns TLS on.',
  }),
  'tls.privateKeyFilePath': text({
    default: '',
    flags: ['--key', '-k'],
    env: 'PRIVATE_KEY_FILE_PATH',
    doc: 'PEM file with the private key of that certificate.',
  }),
  'tls.trustCertCollectionFilePath': text({
    default: '',
    flags: ['--trust', '-s'],
    env: 'TRUST_CERT_COLLECTION_FILE_PATH',
    doc: 'PEM file with the authorities that sign the certificates of agents; then an agent without one is refused.',
  }),
};

const seconds = minusOneOr(inRange(1, MAX_TIMER_SECS));

/** How connections of agents are kept, and for how long. */
export const transportRows = {
  'grpc.keepAliveTimeSecs': int({
    default: 10,
    check: seconds,
    minusOneMeans: 10,
    flags: ['--keepalive_time_secs'],
    env: 'KEEPALIVE_TIME_SECS',
    doc: 'Seconds that an agent may be silent before it is pinged (HTTP/2); -1 means 10.',
  }),
  'grpc.keepAliveTimeoutSecs': int({
    default: 5,
    check: seconds,
    minusOneMeans: 5,
    flags: ['--keepalive_timeout_secs'],
    env: 'KEEPALIVE_TIMEOUT_SECS',
    doc: 'Seconds an agent has to answer a ping before its connection is dropped; -1 means 5.',
  }),
  'grpc.handshakeTimeoutSecs': int({
    default: -1,
    check: seconds,
    flags: ['--handshake_timeout_secs'],
    env: 'HANDSHAKE_TIMEOUT_SECS',
    doc: 'Seconds a new connection has for TLS, HTTP/2 and the first call that is admitted; -1 means limits.unknownConnectionSecs.',
  }),
  'grpc.maxConnectionIdleSecs': int({
    default: -1,
    check: seconds,
    flags: ['--max_connection_idle_secs'],
    env: 'MAX_CONNECTION_IDLE_SECS',
    doc: 'Seconds after which a connection without calls is closed; -1 means never.',
  }),
  'grpc.maxConnectionAgeSecs': int({
    default: -1,
    check: seconds,
    flags: ['--max_connection_age_secs'],
    env: 'MAX_CONNECTION_AGE_SECS',
    doc: 'Seconds after which a connection is asked to end, so that agents spread anew; -1 means never.',
  }),
  'grpc.maxConnectionAgeGraceSecs': int({
    default: -1,
    check: seconds,
    flags: ['--max_connection_age_grace_secs'],
    env: 'MAX_CONNECTION_AGE_GRACE_SECS',
    doc: 'Seconds its calls may go on after that; -1 means as long as they like.',
  }),
  reflectionDisabled: flag({
    default: true,
    flags: ['--ref_disabled', '--ref-disabled'],
    env: 'REFLECTION_DISABLED',
    doc: 'Whether gRPC reflection is off; set it to false for tools that ask what the agent port offers.',
  }),
};
