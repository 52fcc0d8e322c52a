import { isGrpcServiceError } from '@temporalio/client'
import { NamespaceNotFoundError } from '@temporalio/common'
import { TemporalRefused, TemporalUnreachable, withoutSecrets } from '../../domain/errors.ts'
import { errorMessage } from '../../runtime/error-message.ts'

/** gRPC statuses with which a reachable server refuses a request. */
const refusals = new Map([
  [3, 'invalid argument'],
  [5, 'not found'],
  [7, 'permission denied'],
  [12, 'unimplemented'],
  [16, 'unauthenticated'],
])

/**
 * Translates an error of the SDK by its gRPC status: `TemporalRefused` if the server refused the
 * request, else `TemporalUnreachable`, after which a retry may help.
 */
export function translateTemporalError(error: unknown): Error {
  if (error instanceof TemporalRefused || error instanceof TemporalUnreachable) return error
  if (error instanceof NamespaceNotFoundError) {
    return new TemporalRefused(
      `Temporal has no namespace ${error.namespace}: run "coldsweep migrate", or check TEMPORAL_NAMESPACE`,
    )
  }
  const words = withoutSecrets(errorMessage(error))
  const status = statusOf(error)
  const refusal = status === undefined ? undefined : refusals.get(status)
  return refusal
    ? new TemporalRefused(`Temporal refused (${refusal}): ${words}`)
    : new TemporalUnreachable(`Temporal could not be reached: ${words}`)
}

/** Returns the gRPC status of an error, or of the cause that the SDK wrapped. */
export function statusOf(error: unknown): number | undefined {
  for (let e = error; e instanceof Error; e = e.cause) if (isGrpcServiceError(e)) return e.code
  return undefined
}

/** gRPC statuses that callers compare with. */
export const grpcStatus = { notFound: 5, alreadyExists: 6 } as const
