import { hidden, redactText } from '../../domain/errors.ts'

const maxDepth = 8
const keyish =
  /(?:^|_)(?:pk|priv|key|keys|secret|password|passphrase|mnemonic|seed|candidates)(?:$|_|\d)/

/**
 * Returns a copy of the value that is safe to log as JSON: bigints as digits, errors with class,
 * message and causes, without secrets. Cycles and very deep values are cut off.
 */
export function redact(value: unknown): unknown {
  return plain(value, '', [])
}

function plain(value: unknown, name: string, above: readonly object[]): unknown {
  if (typeof value === 'string') return isSecret(name, value) ? hidden : redactText(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'function' || typeof value === 'symbol') return undefined
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (above.includes(value) || above.length >= maxDepth) return '[…]'
  const path = [...above, value]
  if (value instanceof Error) {
    return plainError(value, above.length === 0, (inner) => plain(inner, '', path))
  }
  if (value instanceof Map) return plainEntries([...value], path)
  if (value instanceof Set || Array.isArray(value)) {
    return [...value].map((item) => plain(item, name, path))
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return plain(value.toJSON(), name, path)
  }
  return plainEntries(Object.entries(value), path)
}

function plainEntries(
  entries: readonly (readonly [unknown, unknown])[],
  path: readonly object[],
): Record<string, unknown> {
  return Object.fromEntries(
    entries.map(([name, value]) => [redactText(String(name)), plain(value, String(name), path)]),
  )
}

/**
 * Whether a field's text must be hidden: 64 hex digits under a name such as `privateKey`,
 * `GAS_KEEPER_PRIVATE_KEY` or `seed`, and any text under a name such as `password`.
 */
function isSecret(name: string, text: string): boolean {
  const words = name.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase()
  if (!keyish.test(words)) return false
  return /^(?:0x)?[0-9a-f]{64}$/i.test(text) || /password|passphrase|mnemonic/.test(words)
}

const maxFrames = 8

/**
 * Returns the error's class name, message, code, causes and, with `withFrames`, its stack. All
 * other fields are dropped, because viem's errors contain request bodies and URLs (MONEY 19).
 */
function plainError(
  error: Error,
  withFrames: boolean,
  inner: (value: unknown) => unknown,
): Record<string, unknown> {
  const code: unknown = Reflect.get(error, 'code')
  const errors: unknown = Reflect.get(error, 'errors')
  const frames = withFrames ? framesOf(error) : []
  return {
    type: errorClass(error),
    message: redactText(error.message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(frames.length > 0 ? { at: frames } : {}),
    ...(error.cause === undefined ? {} : { cause: inner(error.cause) }),
    ...(Array.isArray(errors) ? { errors: inner(errors) } : {}),
  }
}

/** Returns `constructor.name`, as Temporal records it, or `error.name` for a plain Error. */
function errorClass(error: Error): string {
  const name = error.constructor.name
  return name === '' || name === 'Error' ? error.name : name
}

/** Returns the stack's frames without its first lines, which repeat the message. */
function framesOf(error: Error): string[] {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, maxFrames)
    .map((line) => redactText(line.trim().slice(3)))
}
