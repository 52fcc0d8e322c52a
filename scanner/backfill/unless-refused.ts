import { ChainAnswerBad, ChainRefused } from '../../domain/errors.ts'

/**
 * The answer, or `instead` where the endpoint refuses or its answer can't be read. @throws
 * ChainUnreachable where it is away
 */
export async function unlessRefused<T, I>(asked: Promise<T>, instead: I): Promise<T | I> {
  return await asked.catch((error: unknown) => {
    if (error instanceof ChainRefused || error instanceof ChainAnswerBad) return instead
    throw error
  })
}
