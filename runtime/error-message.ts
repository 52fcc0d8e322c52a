/**
 * Returns the message of an error, or the text of any other thrown value. Secrets are not removed:
 * see `withoutSecrets` in domain/errors.ts.
 */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
