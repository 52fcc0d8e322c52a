import { ChainAnswerBad, withoutSecrets } from '../../../domain/errors.ts'
import { wrapMethods } from '../../../runtime/wrap-methods.ts'

/**
 * A port to nodes whose every answer of another shape than the method's is `ChainAnswerBad`: one
 * broken node of several must abstain, not stop the others. What reading a field that is missing,
 * or no number, throws counts as that.
 */
export function withReadableAnswers<T extends object>(port: T): T {
  return wrapMethods(port, (method) => (...args) => {
    const answer = method(...args)
    return answer instanceof Promise ? answer.catch(rethrow) : answer
  })
}

function rethrow(error: unknown): never {
  const unreadable =
    error instanceof TypeError || error instanceof SyntaxError || error instanceof RangeError
  if (!unreadable) throw error
  throw new ChainAnswerBad(`the node’s answer can’t be read: ${withoutSecrets(error.message)}`)
}
