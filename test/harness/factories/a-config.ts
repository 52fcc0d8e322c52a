import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { stringify } from 'yaml'
import { parseFile } from '../../../config/file/parse-file.ts'
import type { SettingError } from '../../../config/schema/config-error.ts'

export const coldWallet = '0xf3f259cF7dEc3841789be7bA2693D3E7776096fd'
export const keeper = '0xbE5781E87122c9cE1b47D6295823D96b3156D10e'
export const usdt = '0x55d398326f99059fF775485246999027B3197955'

/** Returns a valid chain of coldsweep.yaml with some keys replaced. `undefined` omits a key. */
export function aChain(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 56,
    name: 'bsc',
    rpc: ['https://bsc.example/key'],
    blockTimeMs: 750,
    coldWallet,
    gasKeeper: { address: keeper, alertBelow: '0.5' },
    gas: { maxFeeGwei: 20, maxPriorityFeeGwei: 2 },
    native: { symbol: 'BNB', min: '0.002' },
    tokens: [{ address: usdt, symbol: 'USDT', decimals: 18, min: '1' }],
    ...change,
  }
}

/** Returns the text of a coldsweep.yaml with the given chains, by default with one valid chain. */
export function aFile(...chains: Record<string, unknown>[]): string {
  return stringify({ chains: chains.length > 0 ? chains : [aChain()] })
}

/** Parses a coldsweep.yaml whose chain has this change. Throws if the file is invalid. */
export function readChain(change: Record<string, unknown> = {}) {
  const { file, errors } = parseFile(aFile(aChain(change)))
  const chain = file?.chains[0]
  if (chain === undefined) throw new Error(JSON.stringify(errors))
  return chain
}

/** Returns the config errors of a chain with this change. */
export function errorsOf(change: Record<string, unknown>): readonly SettingError[] {
  return parseFile(aFile(aChain(change))).errors
}

/** Writes a file that is removed when the test ends. */
export function aTemporaryFile(name: string, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'coldsweep-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}
