/** A receiver that does not answer within this is away. */
export const timeoutMs = 10_000;

/** The receiver answered, and did not take it; `status` is its HTTP status. */
export class NotTakenError extends Error {
  override readonly name = 'NotTakenError';
  readonly code = 'not-taken';
  readonly status: number | undefined;
  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

const meanings: { readonly [status: number]: string } = {
  401: 'the secret is wrong',
  403: 'the secret may not do this',
  404: 'there is nothing here',
};

/** Posts; what is answered is not read, and nobody is followed elsewhere. @throws {NotTakenError} @throws {TypeError} */
export async function post(
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'user-agent': 'Hearth', ...headers },
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  await response.body?.cancel();
  if (response.ok) return;
  const { status } = response;
  const meaning = status < 400 ? 'it sends elsewhere' : meanings[status];
  throw new NotTakenError(`It answered ${status}${meaning ? `: ${meaning}` : ''}.`, status);
}
