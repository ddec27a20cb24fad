import { filters, number, operators, tests, type Arguments } from './filters.ts';
import { isTrue, member, print, TemplateError, type Node, type Value } from './tree.ts';

/** A template has neither loops nor macros, so each node is looked at once: no real one has this many. */
const stepsMax = 2000;
/** Longest text that an expression may come to. */
const textMaxLength = 4096;

/** What the names of a template stand for, and how much work it was so far. */
interface Scope {
  names: Map<string, Value>;
  steps: number;
}

/** The names that every template has: the message as text and as JSON, and the constants. */
export function newScope(value: string | number, json: unknown): Scope {
  const constants = { true: true, True: true, false: false, False: false, none: null, None: null };
  const names = new Map<string, Value>(Object.entries(constants));
  return { names: names.set('value', value).set('value_json', json as Value), steps: 0 };
}

/** The text that a template comes to. @throws {TemplateError} */
export function run(body: readonly Node[], scope: Scope): string {
  let text = '';
  for (const node of body) text = bounded(text + runOne(node, scope));
  return text;
}

function runOne(node: Node, scope: Scope): string {
  if (node.type === 'Comment') return '';
  if (node.type === 'If') return run(isTrue(evaluate(node.test, scope)) ? node.body : node.alternate, scope);
  if (node.type !== 'Set') return print(evaluate(node, scope));
  if (node.assignee.type !== 'Identifier') throw new TemplateError('only names are set');
  scope.names.set(node.assignee.value, node.value ? evaluate(node.value, scope) : run(node.body, scope));
  return '';
}

function evaluate(node: Node, scope: Scope): Value {
  if (++scope.steps > stepsMax) throw new TemplateError('too long');
  const result = evaluateOne(node, scope);
  return typeof result === 'string' ? bounded(result) : result;
}

function evaluateOne(node: Node, scope: Scope): Value {
  const of = (each: Node): Value => evaluate(each, scope);
  switch (node.type) {
    case 'Identifier':
      return scope.names.get(node.value);
    case 'IntegerLiteral':
    case 'FloatLiteral':
    case 'StringLiteral':
      return node.value;
    case 'ArrayLiteral':
    case 'TupleLiteral':
      return node.value.map(of);
    case 'ObjectLiteral':
      return new Map([...node.value].map(([key, each]) => [of(key), of(each)]));
    case 'MemberExpression':
      return member(of(node.object), keyOf(node, scope));
    case 'FilterExpression':
      return filter(node.filter, of(node.operand), scope);
    case 'TestExpression':
      return entryOf(tests, node.test.value)(of(node.operand)) !== node.negate;
    case 'SelectExpression':
      return isTrue(of(node.test)) ? of(node.lhs) : undefined;
    case 'Ternary':
      return of(isTrue(of(node.condition)) ? node.trueExpr : node.falseExpr);
    case 'BinaryExpression':
      return binary(node, scope);
    case 'UnaryExpression':
      if (node.operator.value === 'not') return !isTrue(of(node.argument));
      return number(of(node.argument)) * (node.operator.value === '-' ? -1 : 1);
    case 'CallExpression':
      return call(node.callee, node.args, scope);
    default:
      throw new TemplateError(`${node.type} is not supported`);
  }
}

function keyOf({ property, computed }: Node & { type: 'MemberExpression' }, scope: Scope): Value {
  return !computed && property.type === 'Identifier' ? property.value : evaluate(property, scope);
}

function binary({ operator, left, right }: Node & { type: 'BinaryExpression' }, scope: Scope): Value {
  const first = evaluate(left, scope);
  if (operator.value === 'and') return isTrue(first) ? evaluate(right, scope) : first;
  if (operator.value === 'or') return isTrue(first) ? first : evaluate(right, scope);
  return entryOf(operators, operator.value)(first, evaluate(right, scope));
}

function argumentsOf(args: readonly Node[], scope: Scope): Arguments {
  const named = new Map<string, Value>();
  const list: Value[] = [];
  for (const arg of args)
    if (arg.type === 'KeywordArgumentExpression') named.set(arg.key.value, evaluate(arg.value, scope));
    else list.push(evaluate(arg, scope));
  return { list, named };
}

function filter(node: Node, operand: Value, scope: Scope): Value {
  if (node.type === 'Identifier') return entryOf(filters, node.value)(operand, argumentsOf([], scope));
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier')
    throw new TemplateError('not a filter');
  return entryOf(filters, node.callee.value)(operand, argumentsOf(node.args, scope));
}

/** Filters that are functions as well. */
const functions: ReadonlySet<string> = new Set(['float', 'int', 'round', 'iif']);

function call(callee: Node, args: readonly Node[], scope: Scope): Value {
  const { list, named } = argumentsOf(args, scope);
  if (callee.type === 'Identifier' && functions.has(callee.value))
    return entryOf(filters, callee.value)(list[0], { list: list.slice(1), named });
  if (callee.type === 'MemberExpression' && keyOf(callee, scope) === 'get')
    return member(evaluate(callee.object, scope), list[0]) ?? list[1] ?? null;
  throw new TemplateError('this function is not supported');
}

/** What a table has under a name; a name such as `constructor` has nothing. */
function entryOf<T>(table: Readonly<Record<string, T>>, name: string): T {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found === undefined) throw new TemplateError(`${name} is not supported`);
  return found;
}

function bounded(text: string): string {
  if (text.length > textMaxLength) throw new TemplateError('a text that is too long');
  return text;
}
