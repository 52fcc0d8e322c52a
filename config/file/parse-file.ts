import type { FileConfig } from '../schema/config.ts'
import type { Fault } from '../schema/fault.ts'
import { fileSchema } from '../schema/file-schema.ts'
import { schemaKeys } from '../schema/schema-keys.ts'
import { amountFaults } from './amount-faults.ts'
import { toChainConfig } from './chain-config.ts'
import { coinTokenFaults } from './coin-token-faults.ts'
import { coincidences } from './coincidences.ts'
import { finalityFaults } from './finality-faults.ts'
import { quorumFaults } from './quorum-faults.ts'
import { type PlacedFault, schemaFaults } from './schema-faults.ts'
import { parseYamlText } from './yaml-text.ts'

export interface ParsedFile {
  /** There when `faults` is empty. */
  readonly file?: FileConfig
  readonly faults: readonly Fault[]
}

/**
 * Reads the text of coldsweep.yaml: the typed file, or every fault of it at once in the file's
 * order.
 */
export function parseFile(text: string): ParsedFile {
  const yaml = parseYamlText(text)
  if (yaml.faults.length > 0) return { faults: yaml.faults }
  const raw = yaml.value
  const result = fileSchema.safeParse(raw)
  const placed: PlacedFault[] = [
    ...(result.success
      ? []
      : schemaFaults(result.error, raw, (path) => schemaKeys(fileSchema, path))),
    ...coincidences(raw),
    ...coinTokenFaults(raw),
    ...finalityFaults(raw),
    ...quorumFaults(raw),
    ...amountFaults(raw),
  ]
  if (result.success && placed.length === 0) {
    const { chains, ...rest } = result.data
    const { gasRounds } = rest.limits
    return {
      file: { ...rest, chains: chains.map((chain) => toChainConfig(chain, gasRounds)) },
      faults: [],
    }
  }
  const faults = placed
    .map(({ steps, ...fault }) => {
      const line = yaml.lineOf(steps)
      return line === undefined ? fault : { ...fault, line }
    })
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
  return { faults }
}
