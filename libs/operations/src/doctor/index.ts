export * from './findings.js';
export { judgeCertificate, namesOf } from './judge-certificate.js';
export { jsonReport, textReport } from './report.js';
export { asksForDoctor, type Diagnosis, type Examination, runDoctor } from './run-doctor.js';
