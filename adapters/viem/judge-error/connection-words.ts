import { withoutSecrets } from '../../../domain/errors.ts'
import { errorMessage } from '../../../runtime/error-message.ts'

/**
 * fetch says only "fetch failed" or "terminated"; the socket's code (ECONNREFUSED, ENOTFOUND) is
 * what helps.
 */
export function connectionWords(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code) return String(code)
  }
  return withoutSecrets(errorMessage(error))
}
