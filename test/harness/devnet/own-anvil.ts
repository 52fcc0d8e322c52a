import { openRun } from '../../../devstack/run/run.ts'
import { type AnvilOptions, startAnvil } from '../../../devstack/services/anvil.ts'

export interface OwnAnvil {
  readonly url: string
  readonly wsUrl: string
  readonly chainId: number
  readonly mnemonic: string
  stop(): Promise<void>
}

/** Starts a new anvil. The anvil ends with `stop`, or when this process ends for any reason. */
export async function ownAnvil(options: AnvilOptions = {}): Promise<OwnAnvil> {
  const run = openRun()
  try {
    const { url, wsUrl, chainId, mnemonic } = await startAnvil(run, options)
    return { url, wsUrl, chainId, mnemonic, stop: async () => void (await run.close()) }
  } catch (error) {
    await run.close()
    throw error
  }
}
