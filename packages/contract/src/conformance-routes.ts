import { AnsweredStep, CertificateQuery, Conformance, StartCheck, StartedCheck } from './conformance.ts';
import type { Route } from './route.ts';

/** Routes that check a device against the contract: one at a time, and apart from the home. */
export const conformanceRoutes = {
  conformance: {
    method: 'GET',
    path: '/api/conformance',
    access: 'session',
    summary: 'The check of a device that runs, or the last one, with its results so far',
    answer: [200, Conformance],
  },
  startCheck: {
    method: 'POST',
    path: '/api/conformance',
    access: 'session',
    summary: 'Check a device against the contract; the secret that it connects with is shown once',
    body: StartCheck,
    answer: [201, StartedCheck],
    problems: ['check-running', 'cannot-check'],
  },
  stopCheck: {
    method: 'DELETE',
    path: '/api/conformance',
    access: 'session',
    summary: 'Stop the check that runs; its results so far stay',
    answer: [204, null],
    problems: ['not-found'],
  },
  answerStep: {
    method: 'POST',
    path: '/api/conformance/step',
    access: 'session',
    summary: 'Say that what a hand has to do to the device is done, or cannot be done',
    body: AnsweredStep,
    answer: [204, null],
    problems: ['not-found'],
  },
  checkAuthority: {
    method: 'GET',
    path: '/api/conformance/ca.crt',
    access: 'session',
    summary: 'Certificate (PEM) of the authority that the device knows the check by; another one each run',
    answer: [200, null],
    problems: ['not-found'],
  },
  checkCertificate: {
    method: 'GET',
    path: '/api/conformance/certificate',
    access: 'session',
    summary: 'What the last check found, signed, as a file',
    query: CertificateQuery,
    answer: [200, null],
    problems: ['not-found'],
  },
} as const satisfies Record<string, Route>;
