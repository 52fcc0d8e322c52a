import {
  isCallExpression,
  isClassDeclaration,
  isIdentifier,
  isObjectLiteralExpression,
  isPropertyAccessExpression,
  isPropertyAssignment,
  isPropertyDeclaration,
  isShorthandPropertyAssignment,
  isStringLiteral,
  type Node,
} from 'typescript/unstable/ast'
import type { Type } from 'typescript/unstable/sync'
import type { Compiler } from './compiler.ts'
import {
  depositStates,
  exitCodes,
  formatEnvelope,
  isKnownReason,
  nonRetryableErrors,
  operatorDoubts,
  terminalStates,
} from './sources.ts'

/** Returns the deposit states, and the members of related unions (ends, levels, kinds, backing). */
export function readStates(compiler: Compiler): unknown {
  return {
    deposit: [...depositStates],
    terminal: [...terminalStates],
    transactionEnds: compiler.union('TransactionEnd'),
    keeperLevels: compiler.union('KeeperLevel'),
    outboxKinds: compiler.union('OutboxKind'),
    backing: compiler.union('Backing'),
  }
}

/** Returns the types of reasons, and for each state the reasons that `coldsweep` can explain. */
export function readReasons(compiler: Compiler): unknown {
  const types = [
    'WaitReason',
    'UnconfirmedReason',
    'AttentionReason',
    'SendRefusalKind',
    'KeeperRefusal',
    'DifferenceKind',
    'ForeignKind',
  ]
  const unions = Object.fromEntries(types.map((type) => [type, compiler.union(type)]))
  const words = Object.values(unions).flatMap((members) => members.map((it) => it.split(' ')[0]))
  const candidates = [
    ...new Set([...words, 'dust', 'skipped', 'dropped', 'rejected', 'replaced', 'unheard-of']),
  ]
  const known = depositStates.map((state) => [
    state,
    candidates.filter((reason = '') => isKnownReason(state, reason)).sort(),
  ])
  return { ...unions, operatorDoubts: [...operatorDoubts], byState: Object.fromEntries(known) }
}

/**
 * Returns the failure types that Temporal records: the names of our error classes and the types of
 * ApplicationFailures.
 */
export function readFailures(compiler: Compiler): unknown {
  const classes: Record<string, string> = {}
  const applicationFailures = new Set<string>()
  compiler.visit(['extends', 'ApplicationFailure'], (node) => {
    if (isClassDeclaration(node) && node.name && extendsError(compiler, node)) {
      classes[node.name.text] = errorNameOf(node) ?? node.name.text
    }
    for (const type of failureTypesOf(node)) applicationFailures.add(type)
  })
  return {
    nonRetryable: [...nonRetryableErrors].sort(),
    applicationFailures: [...applicationFailures].sort(),
    errorNames: classes,
  }
}

function extendsError({ project: { checker } }: Compiler, node: Node): boolean {
  const type = checker.getTypeAtLocation(node)
  const bases = (of: Type): readonly Type[] => of.getBaseTypes() ?? []
  const isError = (of: Type): boolean =>
    of.getSymbol()?.name === 'Error' || bases(of).some((base) => isError(base))
  return type !== undefined && isError(type)
}

function errorNameOf(node: Node): string | undefined {
  let name: string | undefined
  node.forEachChild((member) => {
    if (!isPropertyDeclaration(member) || !isIdentifier(member.name)) return
    if (member.name.text !== 'name' || !member.initializer) return
    if (isStringLiteral(member.initializer)) name = member.initializer.text
  })
  return name
}

/**
 * Returns the type in a call of `ApplicationFailure.create({ type })` or
 * `ApplicationFailure.nonRetryable(message, type)`.
 */
function failureTypesOf(node: Node): readonly string[] {
  if (!isCallExpression(node) || !isPropertyAccessExpression(node.expression)) return []
  const { expression, name } = node.expression
  if (!isIdentifier(expression) || expression.text !== 'ApplicationFailure') return []
  const [first, second] = node.arguments
  if (name.text !== 'create') return second && isStringLiteral(second) ? [second.text] : ['?']
  if (!first || !isObjectLiteralExpression(first)) return ['?']
  return first.properties.flatMap((property) =>
    isPropertyAssignment(property) &&
    isIdentifier(property.name) &&
    property.name.text === 'type' &&
    isStringLiteral(property.initializer)
      ? [property.initializer.text]
      : [],
  )
}

/** Returns the exit codes, the envelope of `--json`, and the codes in the envelope's `errors`. */
export function readExitCodes(compiler: Compiler): unknown {
  const codes = new Set<string>()
  const { checker } = compiler.project
  compiler.visit(['hint'], (node) => {
    if (!isObjectLiteralExpression(node)) return
    const values = new Map<string, Node>()
    for (const property of node.properties) {
      if (isPropertyAssignment(property) && isIdentifier(property.name))
        values.set(property.name.text, property.initializer)
      if (isShorthandPropertyAssignment(property) && isIdentifier(property.name))
        values.set(property.name.text, property.name)
    }
    const code = values.get('code')
    if (!code || !values.has('hint')) return
    const type = isIdentifier(code) ? typeOfName(code) : checker.getTypeAtLocation(code)
    for (const literal of literals(type)) codes.add(literal)
  })
  function typeOfName(name: Node): Type | undefined {
    const symbol = checker.getShorthandAssignmentValueSymbol(name.parent)
    return symbol ? checker.getTypeOfSymbol(symbol) : checker.getTypeAtLocation(name)
  }
  return {
    exitCodes,
    envelope: JSON.parse(formatEnvelope(false, 1n, [{ code: 'c', message: 'm', hint: 'h' }])),
    errorCodes: [...codes].sort(),
  }
}

function literals(type: Type | undefined): readonly string[] {
  if (type === undefined) return []
  if (type.isUnionType()) return type.getTypes().flatMap(literals)
  return type.isStringLiteralType() ? [type.value] : []
}
