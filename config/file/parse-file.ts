import type { FileConfig } from '../schema/config.ts'
import type { SettingError } from '../schema/config-error.ts'
import { fileSchema } from '../schema/file-schema.ts'
import { amountErrors } from './amount-errors.ts'
import { toChainConfig } from './chain-config.ts'
import { duplicateErrors } from './duplicate-errors.ts'
import { finalityErrors } from './finality-errors.ts'
import { nativeTokenErrors } from './native-token-errors.ts'
import { quorumErrors } from './quorum-errors.ts'
import { type PlacedError, schemaErrors, schemaKeys } from './schema-errors.ts'
import { markUnparsed, withoutRepeats } from './unparsed.ts'
import { parseYamlText } from './yaml-text.ts'

export interface ParsedFile {
  /** Set when `errors` is empty. */
  readonly file?: FileConfig
  readonly errors: readonly SettingError[]
}

/**
 * Parses the text of coldsweep.yaml. Returns the typed file, or all errors in the order of the
 * file.
 */
export function parseFile(text: string): ParsedFile {
  const yaml = parseYamlText(text)
  if (yaml.errors.length > 0) return { errors: yaml.errors }
  const raw = yaml.value
  const result = fileSchema.safeParse(raw)
  const unparsed = result.success
    ? []
    : schemaErrors(result.error, raw, (path) => schemaKeys(fileSchema, path))
  const first = withoutRepeats(unparsed, raw)
  const judged = markUnparsed(raw, first)
  const placed: PlacedError[] = [
    ...first,
    ...duplicateErrors(judged),
    ...nativeTokenErrors(judged),
    ...finalityErrors(judged),
    ...quorumErrors(judged),
    ...amountErrors(judged),
  ]
  if (result.success && placed.length === 0) {
    const { chains, ...rest } = result.data
    const { limits } = rest
    return {
      file: { ...rest, chains: chains.map((chain) => toChainConfig(chain, limits)) },
      errors: [],
    }
  }
  const errors = placed
    .map(({ steps, meant: _, ...error }) => {
      const line = yaml.lineOf(steps)
      return line === undefined ? error : { ...error, line }
    })
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
  return { errors }
}
