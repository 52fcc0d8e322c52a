import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Abi } from 'viem'
import type { Artifact } from './artifact.ts'

interface CompilerOutput {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[]
  readonly contracts: Record<string, Record<string, CompiledContract>>
}

interface CompiledContract {
  readonly abi: Abi
  readonly evm: { readonly bytecode: { readonly object: string } }
}

export const contractsFolder = new URL('./', import.meta.url)

/**
 * Without a metadata hash, the compiler produces the same bytes from the same source in any folder.
 * `paris` code runs on every EVM chain.
 */
const settings = {
  evmVersion: 'paris',
  optimizer: { enabled: true, runs: 200 },
  metadata: { appendCBOR: false, bytecodeHash: 'none' },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
}

/**
 * Compiles every contract of this folder with the solc package. Returns the artifacts by file name
 * without `.sol`. Abstract contracts are left out. Throws with the compiler's messages, including
 * warnings. A call takes some seconds.
 */
export function compileContracts(): Map<string, Artifact> {
  const files = readdirSync(contractsFolder).filter((file) => file.endsWith('.sol'))
  const sources = Object.fromEntries(
    files.map((file) => [file, { content: readFileSync(new URL(file, contractsFolder), 'utf8') }]),
  )
  const output = runCompiler({ language: 'Solidity', sources, settings })
  const errors = output.errors?.map(({ formattedMessage }) => formattedMessage) ?? []
  if (errors.length > 0) throw new Error(errors.join('\n'))
  const artifacts = new Map<string, Artifact>()
  for (const file of files) {
    for (const { abi, evm } of Object.values(output.contracts[file] ?? {})) {
      if (evm.bytecode.object === '') continue
      artifacts.set(file.replace(/\.sol$/, ''), { abi, bytecode: `0x${evm.bytecode.object}` })
    }
  }
  return artifacts
}

/**
 * Runs solc in a process of its own, because solc's JavaScript replaces the handlers for uncaught
 * exceptions in the process that loads it.
 */
function runCompiler(input: object): CompilerOutput {
  const require = createRequire(import.meta.url)
  const compiler = require.resolve('solc/solc.js')
  const output = execFileSync(process.execPath, [compiler, '--standard-json'], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return JSON.parse(output.slice(output.indexOf('{'))) as CompilerOutput
}
