import { objectList, text } from '@app/config';
import { ScrapeCredentialEntry } from './scrape-credential-entry.js';

/** How the scrape port is encrypted, and who may scrape there. */
export const scrapeSecurityRows = {
  'http.tls.certChainFilePath': text({
    default: '',
    doc: 'PEM file with the certificate chain of the scrape port; with a private key it turns TLS on. Changed files are taken up while the proxy runs.',
  }),
  'http.tls.privateKeyFilePath': text({
    default: '',
    doc: 'PEM file with the private key of that certificate.',
  }),
  'http.tls.trustCertCollectionFilePath': text({
    default: '',
    doc: 'PEM file with the authorities that sign the certificates of scrapers; then a scraper without one is refused.',
  }),
  'http.auth': objectList(ScrapeCredentialEntry, {
    secretFields: ['token', 'password'],
    isReloaded: true,
    doc: 'Credentials of scrapers: { name, token or tokenFile, paths = [globs of the paths it may scrape] }, or username and password or passwordFile in place of a token; an empty list of paths allows all. Without an entry everybody may scrape.',
  }),
};
