import { parse, tokenize } from '@huggingface/jinja';
import { newScope, run } from './evaluate.ts';
import { TemplateError, type Node } from './tree.ts';

/** Longest template in characters; the longest of EMS-ESP has some 600. */
const sourceMaxLength = 2000;

/** Renders a value; null where it cannot with this message, as Home Assistant then keeps what it had. */
export type Template = (value: string | number, json: unknown) => string | null;

/** Templates are few and the same ones come with each start: their trees are kept. */
const knownMax = 2000;
const known = new Map<string, Template | null>();

/**
 * A `value_template` of Home Assistant as a function, or null where it is none that we understand. It comes from
 * whoever may publish: only its tree is the library's, which is walked here, over own keys of JSON, without
 * loops, macros, or anything outside the message.
 * @see docs/decisions/0034-templates-from-the-broker.md
 */
export function compileTemplate(source: string): Template | null {
  let template = known.get(source);
  if (template !== undefined) return template;
  template = compile(source);
  if (known.size >= knownMax) known.clear();
  known.set(source, template);
  return template;
}

function compile(source: string): Template | null {
  if (source.length > sourceMaxLength) return null;
  let body: Node[];
  try {
    body = (parse(tokenize(source)) as unknown as { body: Node[] }).body;
  } catch {
    // Not Jinja, or nested deeper than the stack.
    return null;
  }
  return (value, json) => {
    try {
      return run(body, newScope(value, json)).trim();
    } catch (error) {
      if (error instanceof TemplateError || error instanceof RangeError) return null;
      throw error;
    }
  };
}
