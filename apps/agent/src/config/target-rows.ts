import { flag, text, textList } from '@app/config';

/** How https targets are checked, and what they are shown. */
export const targetTlsRows = {
  'http.enableTrustAllX509Certificates': flag({
    default: false,
    flags: ['--trust_all_x509'],
    env: 'TRUST_ALL_X509_CERTIFICATES',
    doc: 'Take any certificate from any target, whoever signed it and whatever name is in it.',
  }),
  'http.trustStorePath': text({
    default: '',
    flags: ['--https_truststore'],
    env: 'HTTPS_TRUST_STORE_PATH',
    doc: 'File with the authorities that may have signed the certificates of https targets (PEM, PKCS#12 or JKS); they replace those of the system.',
  }),
  'http.trustStorePassword': text({
    default: '',
    flags: ['--https_truststore_password'],
    env: 'HTTPS_TRUST_STORE_PASSWORD',
    isSecret: true,
    doc: 'Password of that file.',
  }),
  'http.clientCertFilePath': text({
    default: '',
    doc: 'PEM file with the certificate chain that https targets are shown.',
  }),
  'http.clientKeyFilePath': text({
    default: '',
    doc: 'PEM file with the private key of that certificate.',
  }),
};

/** What the agent may connect to for a target. */
export const egressListRows = {
  'egress.allow': textList({
    default: [],
    doc: 'What may be fetched: names (* and ?), addresses, subnets, each with a port or a range if wanted: *.example.com:9100, 10.0.0.0/8, [fd00::/8]:9100-9199. Empty means everything but link-local and metadata addresses, which must be listed as addresses. See security.md.',
  }),
  'egress.deny': textList({
    default: [],
    doc: 'What may never be fetched, in the same words; stronger than what is allowed.',
  }),
};

/** HTTP proxies on the way out. */
export const egressRows = {
  'egress.targetProxy': text({
    default: '',
    doc: 'HTTP proxy that targets are asked through: http://user:password@host:port; empty means none.',
  }),
  'egress.linkProxy': text({
    default: '',
    doc: 'HTTP proxy that the connection to prometheus-proxy goes through, with CONNECT; empty means none.',
  }),
  'egress.noProxy': textList({
    default: ['localhost', '127.0.0.0/8', '::1'],
    doc: 'What is reached without either: host names, which stand for all below them too, addresses, subnets; * is everything.',
  }),
  'egress.fromEnvironment': flag({
    default: false,
    doc: 'Where these are empty, take HTTP_PROXY and HTTPS_PROXY; NO_PROXY adds to noProxy.',
  }),
};
