/** What the parser makes of a template: the nodes that are read here. Any other `type` is not supported. */
export type Node =
  | { type: 'Identifier'; value: string }
  | { type: 'IntegerLiteral' | 'FloatLiteral'; value: number }
  | { type: 'StringLiteral'; value: string }
  | { type: 'ArrayLiteral' | 'TupleLiteral'; value: Node[] }
  | { type: 'ObjectLiteral'; value: Map<Node, Node> }
  | { type: 'MemberExpression'; object: Node; property: Node; computed: boolean }
  | { type: 'CallExpression'; callee: Node; args: Node[] }
  | { type: 'KeywordArgumentExpression'; key: { value: string }; value: Node }
  | { type: 'FilterExpression'; operand: Node; filter: Node }
  | { type: 'TestExpression'; operand: Node; negate: boolean; test: { value: string } }
  | { type: 'SelectExpression'; lhs: Node; test: Node }
  | { type: 'Ternary'; condition: Node; trueExpr: Node; falseExpr: Node }
  | { type: 'BinaryExpression'; operator: { value: string }; left: Node; right: Node }
  | { type: 'UnaryExpression'; operator: { value: string }; argument: Node }
  | { type: 'Set'; assignee: Node; value: Node | null; body: Node[] }
  | { type: 'If'; test: Node; body: Node[]; alternate: Node[] }
  | { type: 'Comment'; value: string };

/** What an expression comes to; undefined is a name or key that is not there, null is Jinja's `none`. */
export type Value =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Value[]
  | ReadonlyMap<Value, Value>
  | { readonly [key: string]: Value };

/** A template that cannot be rendered with this message, or at all. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly code = 'template';
}

/** What a key has in an object, list or dict of a template: own keys only, whatever they are called. */
export function member(object: Value, key: Value): Value {
  if (object instanceof Map) return object.get(key);
  if (Array.isArray(object))
    return typeof key === 'number' ? (object as readonly Value[]).at(key) : undefined;
  if (object === undefined) throw new TemplateError('nothing has no keys');
  if (typeof object !== 'object' || object === null || typeof key === 'object') return undefined;
  const keyed = object as { readonly [key: string]: Value };
  return Object.hasOwn(keyed, String(key)) ? keyed[String(key)] : undefined;
}

/** What Python takes for true. */
export function isTrue(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  return Boolean(value);
}

/** A value as Jinja prints it: `True`, `None`, nothing for what is not there. */
export function print(value: Value): string {
  if (value === undefined) return '';
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'object') throw new TemplateError('a list or dict is no text');
  return String(value);
}
