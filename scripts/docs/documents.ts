import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageKinds } from '@hearth/contract';
import { asyncapiDocument, type Examples } from './asyncapi.ts';
import { checksDocument } from './checks.ts';
import { openapiDocument } from './openapi.ts';
import type { Json } from './schemas.ts';
import { simulationSchema } from './simulation.ts';

const root = join(import.meta.dirname, '../..');

/** The folder of the generated documents. */
export const referenceDir = join(root, 'docs/reference');

/** The generated documents: file name to text, as they are kept in `docs/reference`. */
export function referenceDocuments(): Record<string, string> {
  const { version } = readJson('package.json') as { version: string };
  const print = (document: Json) => `${JSON.stringify(document, null, 2)}\n`;
  return {
    'openapi.json': print(openapiDocument(version)),
    'asyncapi.json': print(asyncapiDocument(version, validPayloads())),
    'simulation.schema.json': print(simulationSchema()),
    'checks.md': checksDocument(),
  };
}

/** The payloads that the contract keeps as examples, in the order of their names. */
function validPayloads(): Examples {
  const folder = 'packages/contract/payloads/valid';
  return Object.fromEntries(
    messageKinds.map((kind) => [
      kind,
      Object.fromEntries(
        readdirSync(join(root, folder, kind))
          .toSorted()
          .map((file) => [file.replace('.json', ''), readJson(`${folder}/${kind}/${file}`)]),
      ),
    ]),
  ) as Examples;
}

function readJson(path: string): Json {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as Json;
}
