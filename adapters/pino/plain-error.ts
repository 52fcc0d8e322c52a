import { redactText } from './redact-text.ts'

const maxFrames = 8

/**
 * Class name, message, code, causes and, when asked for, where it was thrown. Nothing else of an
 * error is kept: viem's carry request bodies and URLs in fields of their own (MONEY 19).
 */
export function plainError(
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

/**
 * `constructor.name`, as Temporal records it; a name set by hand where the class is plain Error.
 */
function errorClass(error: Error): string {
  const name = error.constructor.name
  return name === '' || name === 'Error' ? error.name : name
}

/** The stack without its first lines, which repeat the message. */
function framesOf(error: Error): string[] {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, maxFrames)
    .map((line) => redactText(line.trim().slice(3)))
}
