import { RequestError } from '../http/problems.ts';
import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';

const mediaTypes = { json: 'application/json; charset=utf-8', html: 'text/html; charset=utf-8' } as const;

/** Checks of a device against the contract: begun, followed, stopped, and what came of them as files. */
export function addConformanceRoutes(addRoute: AddRoute, { checking }: Pick<Parts, 'checking'>): void {
  addRoute('conformance', () => checking.state());

  addRoute('startCheck', ({ body, person }) => checking.start(body, person.name));

  addRoute('stopCheck', async () => {
    if (!(await checking.stop())) throw new RequestError('not-found', 'No device is being checked.');
    return null;
  });

  addRoute('answerStep', ({ body: { number, isDone } }) => {
    if (!checking.answer(number, isDone))
      throw new RequestError('not-found', 'This is not asked for, or was answered already.');
    return null;
  });

  addRoute('checkAuthority', async ({ reply }) => {
    const pem = checking.authority();
    if (pem === null) throw new RequestError('not-found', 'No device is being checked over TLS.');
    return reply
      .type('application/x-pem-file')
      .header('content-disposition', 'attachment; filename="hearth-check-ca.crt"')
      .send(pem);
  });

  addRoute('checkCertificate', async ({ query: { format }, reply }) => {
    const certificate = await checking.certificate(format);
    if (!certificate) throw new RequestError('not-found', 'The last check did not come to its end.');
    const name = `hearth-${certificate.device}-conformance.${format}`;
    return reply
      .type(mediaTypes[format])
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(certificate.text);
  });
}
