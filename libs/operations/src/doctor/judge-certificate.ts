import type { X509Certificate } from 'node:crypto';
import { type Finding, ok, problem, warning } from './findings.js';

const DAY_MS = 86_400_000;
/** Certificates that expire within these days are due. */
const DUE_DAYS = 21;

/**
 * Whether a certificate is valid now, and for how long still.
 *
 * @param renew - what to do when it is not
 */
export function judgeCertificate(subject: string, certificate: X509Certificate, renew: string): Finding {
  const { validFromDate, validToDate } = certificate;
  const [from, to] = [validFromDate, validToDate].map((date) => date.toISOString().slice(0, 10));
  const nowMs = Date.now();
  if (validToDate.getTime() < nowMs) {
    return problem(subject, `expired on ${to}`, renew);
  }
  if (validFromDate.getTime() > nowMs) {
    return problem(subject, `is not valid before ${from}`, 'check the clock of this host');
  }
  const days = Math.floor((validToDate.getTime() - nowMs) / DAY_MS);
  return days < DUE_DAYS
    ? warning(subject, `expires on ${to}, in ${days} days`, renew)
    : ok(subject, `for ${namesOf(certificate)}, valid until ${to}`);
}

/** The names a certificate is for, as a person reads them. */
export function namesOf({ subjectAltName, subject }: X509Certificate): string {
  return subjectAltName ?? `no alternative name (${subject?.replaceAll('\n', ', ') ?? 'no subject'})`;
}
