import { Agent, request } from 'node:http';

/** Requests to one server over connections that stay open. */
export interface HttpClient extends Disposable {
  get(path: string): Promise<Buffer>;
  post(path: string, body?: Uint8Array | string): Promise<Buffer>;
}

/** @throws from both calls, with what the server said, when the status is no success. */
export function openHttp(port: number): HttpClient {
  const agent = new Agent({ keepAlive: true });
  const send = (method: string, path: string, body?: Uint8Array | string): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const headers = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const call = request({ host: '127.0.0.1', port, agent, method, path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answer = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
          const status = response.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve(answer);
          else reject(new Error(`${method} ${path}: ${status} ${answer.toString().slice(0, 500)}`));
        });
      });
      call.on('error', reject);
      call.end(body);
    });
  return {
    get: (path) => send('GET', path),
    post: (path, body = '') => send('POST', path, body),
    [Symbol.dispose]: () => agent.destroy(),
  };
}
