import { parseUnits } from '../../domain/amount.ts'
import { formatPath } from '../schema/fault.ts'
import { entries, step } from './raw-chain.ts'
import type { PlacedFault } from './schema-faults.ts'

/** Amounts with more decimals than their asset has, and fees that contradict each other. */
export function amountFaults(raw: unknown): PlacedFault[] {
  return entries(raw, 'chains').flatMap(({ value, steps }) => [
    ...tooFine(step(value, 'gasKeeper', 'alertBelow'), 18, [...steps, 'gasKeeper', 'alertBelow']),
    ...tooFine(step(value, 'gas', 'maxPerSweep'), 18, [...steps, 'gas', 'maxPerSweep']),
    ...amountsOf(value, 'native').flatMap(({ text, key }) =>
      tooFine(text, 18, [...steps, 'native', key]),
    ),
    ...entries(value, 'tokens').flatMap((token) =>
      amountsOf(token.value).flatMap(({ text, key }) =>
        tooFine(text, step(token.value, 'decimals'), [...steps, ...token.steps, key]),
      ),
    ),
    ...feeFaults(value, [...steps, 'gas']),
  ])
}

/** An asset's amounts in human units. */
function amountsOf(raw: unknown, ...path: readonly PropertyKey[]) {
  return ['min', 'approveAbove'].map((key) => ({ key, text: step(raw, ...path, key) }))
}

function tooFine(text: unknown, decimals: unknown, steps: readonly PropertyKey[]): PlacedFault[] {
  if (typeof text !== 'string' || typeof decimals !== 'number') return []
  const places = /^\d+\.(\d+)$/.exec(text)?.[1]?.length ?? 0
  if (places <= decimals) return []
  const problem = `"${text}" has ${places} decimals, the asset has ${decimals}`
  return [{ path: formatPath(steps), steps, problem, fix: `write at most ${decimals} decimals` }]
}

function feeFaults(chain: unknown, gas: readonly PropertyKey[]): PlacedFault[] {
  const max = wei(step(chain, 'gas', 'maxFeeGwei'))
  const rawTip = step(chain, 'gas', 'maxPriorityFeeGwei')
  const tip = wei(rawTip)
  const legacy = step(chain, 'feeMode') === 'legacy'
  const fault = (key: string, problem: string, fix: string): PlacedFault[] => {
    const steps = [...gas, key]
    return [{ path: formatPath(steps), steps, problem, fix }]
  }
  if (max === 0n)
    return fault('maxFeeGwei', 'is 0: nothing could ever be sent', 'write the ceiling in gwei')
  if (rawTip === undefined && !legacy && step(chain, 'gas') !== undefined) {
    return fault(
      'maxPriorityFeeGwei',
      'is missing, and feeMode is eip1559',
      'write the tip in gwei, or feeMode: legacy',
    )
  }
  if (max === undefined || tip === undefined || tip <= max) return []
  return fault(
    'maxPriorityFeeGwei',
    `${rawTip} is above maxFeeGwei`,
    'write a tip at or below the ceiling, in gwei',
  )
}

function wei(raw: unknown): bigint | undefined {
  try {
    return raw === undefined ? undefined : parseUnits(String(raw), 9)
  } catch {
    return undefined
  }
}
