import { ChainAnswerBad, withoutSecrets } from '../../../domain/errors.ts'

type AnyFunction = (...args: unknown[]) => unknown

/**
 * A port to nodes whose every answer of another shape than the method's is `ChainAnswerBad`: one
 * broken node of several must abstain, not stop the others. What reading a field that is missing,
 * or no number, throws counts as that.
 */
export function withReadableAnswers<T extends object>(port: T): T {
  const wrapped = Object.entries(port).map(([name, value]) => [
    name,
    typeof value === 'function' ? reading(value as AnyFunction) : value,
  ])
  return Object.fromEntries(wrapped) as T
}

function reading(method: AnyFunction): AnyFunction {
  return (...args) => {
    const answer = method(...args)
    return answer instanceof Promise ? answer.catch(rethrow) : answer
  }
}

function rethrow(error: unknown): never {
  const unreadable =
    error instanceof TypeError || error instanceof SyntaxError || error instanceof RangeError
  if (!unreadable) throw error
  throw new ChainAnswerBad(`the node’s answer can’t be read: ${withoutSecrets(error.message)}`)
}
