import { isJsonObject } from './pruning.ts'

/**
 * The highest gas limit that an endpoint's headers showed: what its largest answers follow from.
 */
export function createGasLimitWatch() {
  let highest = 0
  return {
    get highest() {
      return highest
    },
    see(method: string, result: unknown): void {
      if (!method.startsWith('eth_getBlockBy') || !isJsonObject(result)) return
      const gas = Number(result['gasLimit'])
      if (Number.isFinite(gas) && gas > highest) highest = gas
    },
  }
}
