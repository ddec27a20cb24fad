import * as contract from '@hearth/contract';

/** A JSON value of a generated document. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Schemas of the contract by their JSON text: one that was made optional is a copy, with the same text. */
const namesByText = new Map<string, string>();
for (const [name, exported] of Object.entries(contract))
  if (typeof exported === 'object' && '~kind' in exported) {
    const text = JSON.stringify(exported);
    if (!namesByText.has(text)) namesByText.set(text, name);
  }

/** Schemas of one document: those that the contract names are told once and referred to. */
export interface SchemaBook {
  /** The schema as it stands in the document: a reference where the contract has a name for it. */
  refer(schema: object): JsonObject;
  /** The named schemas that were referred to, directly or not, in the order of their names. */
  named(): JsonObject;
}

/** Makes an empty book for a document that keeps its schemas at `#/components/schemas`. */
export function openSchemaBook(): SchemaBook {
  const used = new Map<string, JsonObject>();

  function refer(schema: object): JsonObject {
    const name = namesByText.get(JSON.stringify(schema));
    if (name === undefined) return inline(plain(schema)) as JsonObject;
    if (!used.has(name)) {
      used.set(name, {});
      const text = plain(schema);
      used.set(name, Object.fromEntries(Object.entries(text).map(([key, value]) => [key, inline(value)])));
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  function inline(node: Json): Json {
    if (Array.isArray(node)) return node.map((item) => (isNamed(item) ? refer(item) : inline(item)));
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [key, isNamed(value) ? refer(value) : inline(value)]),
    );
  }

  return {
    refer,
    named: () => Object.fromEntries([...used].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function isNamed(node: Json): node is JsonObject {
  return typeof node === 'object' && node !== null && namesByText.has(JSON.stringify(node));
}

/** The schema as JSON: without what the library keeps beside it. */
function plain(schema: object): JsonObject {
  return JSON.parse(JSON.stringify(schema)) as JsonObject;
}
