import { readFile } from 'node:fs/promises';
import { readCredentials, enrol, readIfThere } from './enrol.ts';
import type { Login } from './link.ts';
import type { PlannedHome } from './plan.ts';
import { SimulationFileError, type SimulationFile } from './simulation-file.ts';

/** What the api enrols at once. */
const enrolMax = 200;

/**
 * How each device of a simulation is let in, by the order of its devices.
 * @throws {SimulationFileError} when a device has no credential, or there is no token; {EnrolError} when the api refuses.
 */
export async function readAccess(
  { access, broker }: SimulationFile,
  homes: readonly PlannedHome[],
): Promise<Login[]> {
  const devices = homes.flatMap((home) => home.devices);
  if ('enrol' in access) return enrolAll(access.enrol, devices);
  if ('pattern' in access) {
    const { home, username, password } = access.pattern;
    return devices.map(({ id }, i) => {
      const fill = (text: string): string => text.replaceAll('{device}', id).replaceAll('{n}', String(i + 1));
      return { id, home, brokerUrl: broker.url, username: fill(username), secret: fill(password) };
    });
  }
  const ids = devices.map(({ id }) => id);
  if ('file' in access) {
    const logins = await readCredentials(access.file, ids);
    if (!logins) throw new SimulationFileError(`${access.file} has no credentials for all of these devices`);
    return inOrder(ids, logins);
  }
  const { home } = access;
  return inOrder(
    ids,
    access.devices.map(({ id, secret }) => ({ id, secret, home, brokerUrl: broker.url })),
  );
}

/** The authority of an encrypted broker, PEM. */
export async function readAuthority({ broker }: SimulationFile): Promise<string | undefined> {
  return broker.caFile === undefined ? undefined : readFile(broker.caFile, 'utf8');
}

function inOrder(ids: readonly string[], logins: readonly Login[]): Login[] {
  const byId = new Map(logins.map((login) => [login.id, login]));
  return ids.map((id) => {
    const login = byId.get(id);
    if (!login) throw new SimulationFileError(`access.devices has no secret for ${id}`);
    return login;
  });
}

async function enrolAll(
  { api, tokenFile }: { api: string; tokenFile: string },
  devices: PlannedHome['devices'],
): Promise<Login[]> {
  const token = (await readIfThere(tokenFile))?.trim();
  if (!token)
    throw new SimulationFileError(
      `there is no token in ${tokenFile}: Hearth keeps one while it wants a demo home`,
    );
  const logins: Login[] = [];
  const signal = new AbortController().signal;
  for (let i = 0; i < devices.length; i += enrolMax)
    logins.push(...(await enrol({ apiUrl: api, token, devices: devices.slice(i, i + enrolMax), signal })));
  return inOrder(
    devices.map(({ id }) => id),
    logins,
  );
}
