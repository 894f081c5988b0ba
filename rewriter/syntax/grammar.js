/**
 * The shape of the tree: which children each node type has, in source order.
 *
 * `name[]` is a list. A node without children has no entry to walk. The Python side
 * receives this table with the first answer and keeps no copy of its own.
 */
'use strict';

const CHILDREN = {
  ArrayExpression: 'elements[]',
  ArrayPattern: 'elements[]',
  ArrowFunctionExpression: 'params[] body',
  AssignmentExpression: 'left right',
  AssignmentPattern: 'left right',
  AwaitExpression: 'argument',
  BinaryExpression: 'left right',
  BlockStatement: 'body[]',
  BreakStatement: 'label',
  CallExpression: 'callee arguments[]',
  CatchClause: 'param body',
  ChainExpression: 'expression',
  ClassBody: 'body[]',
  ClassDeclaration: 'id superClass body',
  ClassExpression: 'id superClass body',
  ConditionalExpression: 'test consequent alternate',
  ContinueStatement: 'label',
  DebuggerStatement: '',
  DoWhileStatement: 'body test',
  EmptyStatement: '',
  ExportAllDeclaration: 'exported source attributes[]',
  ExportDefaultDeclaration: 'declaration',
  ExportNamedDeclaration: 'declaration specifiers[] source attributes[]',
  ExportSpecifier: 'local exported',
  ExpressionStatement: 'expression',
  ForInStatement: 'left right body',
  ForOfStatement: 'left right body',
  ForStatement: 'init test update body',
  FunctionDeclaration: 'id params[] body',
  FunctionExpression: 'id params[] body',
  Identifier: '',
  IfStatement: 'test consequent alternate',
  ImportAttribute: 'key value',
  ImportDeclaration: 'specifiers[] source attributes[]',
  ImportDefaultSpecifier: 'local',
  ImportExpression: 'source options',
  ImportNamespaceSpecifier: 'local',
  ImportSpecifier: 'imported local',
  LabeledStatement: 'label body',
  Literal: '',
  LogicalExpression: 'left right',
  MemberExpression: 'object property',
  MetaProperty: 'meta property',
  MethodDefinition: 'key value',
  NewExpression: 'callee arguments[]',
  ObjectExpression: 'properties[]',
  ObjectPattern: 'properties[]',
  PrivateIdentifier: '',
  Program: 'body[]',
  Property: 'key value',
  PropertyDefinition: 'key value',
  RestElement: 'argument',
  ReturnStatement: 'argument',
  SequenceExpression: 'expressions[]',
  SpreadElement: 'argument',
  StaticBlock: 'body[]',
  Super: '',
  SwitchCase: 'test consequent[]',
  SwitchStatement: 'discriminant cases[]',
  TaggedTemplateExpression: 'tag quasi',
  TemplateElement: '',
  // Interleaved in the source; the encoder sorts them.
  TemplateLiteral: 'quasis[] expressions[]',
  ThisExpression: '',
  ThrowStatement: 'argument',
  TryStatement: 'block handler finalizer',
  UnaryExpression: 'argument',
  UpdateExpression: 'argument',
  VariableDeclaration: 'declarations[]',
  VariableDeclarator: 'id init',
  WhileStatement: 'test body',
  WithStatement: 'object body',
  YieldExpression: 'argument',
};

/** What the `op` column counts through: operators, kinds and kinds of literals. */
const OPERATORS = [
  '', 'var', 'let', 'const', 'using', 'await using',
  'init', 'get', 'set', 'method', 'constructor',
  'string', 'number', 'boolean', 'null', 'regex', 'bigint',
  'script', 'module',
  '=', '+=', '-=', '*=', '/=', '%=', '**=', '<<=', '>>=', '>>>=', '|=', '^=', '&=',
  '||=', '&&=', '??=',
  '==', '!=', '===', '!==', '<', '<=', '>', '>=', '<<', '>>', '>>>', '+', '-', '*',
  '/', '%', '|', '^', '&', 'in', 'instanceof', '**', '||', '&&', '??',
  '!', '~', 'typeof', 'void', 'delete', '++', '--',
];

/** Bits of the `flags` column, by the name of the ESTree property. */
const FLAGS = [
  'computed', 'static', 'async', 'generator', 'optional', 'shorthand', 'method',
  'delegate', 'prefix', 'await', 'expression', 'directive', 'tail',
];

const TYPES = ['Hole', ...Object.keys(CHILDREN)];
const FIELDS = ['', ...new Set(Object.values(CHILDREN).join(' ').match(/\w+/g))];

module.exports = { CHILDREN, OPERATORS, FLAGS, TYPES, FIELDS };
