import { routes, type Problem, type Route, type RouteAnswer, type RouteName } from '@hearth/contract';
import { readCommandDoor } from '../command-door.ts';

/** No api runs on this data folder, or it said no; the message says what. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code = 'api';
}

/** The api of a data folder, seen as the owner sees it. */
export interface Asker {
  /** @throws {ApiError} */
  ask<N extends RouteName>(route: N): Promise<RouteAnswer<N>>;
  /** A route with parameters, or with more than JSON in it. @throws {ApiError} where it says no */
  open(address: string, request?: RequestInit): Promise<Response>;
}

/** Null where no api runs on the folder. @throws {ApiError} where another program answers in its place */
export async function findApi(dataDir: string): Promise<Asker | null> {
  const door = readCommandDoor(dataDir);
  if (!door) return null;
  const { url, secret } = door;
  const open: Asker['open'] = async (address, request = {}) => {
    const headers = new Headers(request.headers);
    headers.set('authorization', `Bearer ${secret}`);
    const response = await fetch(url + address, { ...request, headers }).catch((error: unknown) => {
      throw new ApiError(`the api does not answer at ${url}`, { cause: error });
    });
    if (response.ok) return response;
    if (response.status === 401)
      throw new ApiError('Hearth has no owner yet: open the link that its start printed, and set it up');
    const { title, detail } = (await response.json()) as Problem;
    throw new ApiError(`${title}${detail ? `: ${detail}` : ''}`);
  };
  const ask: Asker['ask'] = async (name) => {
    const { method, path }: Route = routes[name];
    return (await (await open(path, { method })).json()) as RouteAnswer<typeof name>;
  };
  // One that was killed leaves its address.
  return (await fetch(`${url}/api/health`).catch(() => null)) && { ask, open };
}

/** The same, where there is no other way. @throws {ApiError} where no api runs on the folder */
export async function requireApi(dataDir: string): Promise<Asker> {
  const api = await findApi(dataDir);
  if (api) return api;
  throw new ApiError(`Hearth does not run on ${dataDir}: start it first`);
}
