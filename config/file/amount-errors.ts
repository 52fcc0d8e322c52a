import { parseUnits } from '../../domain/amount.ts'
import { formatPath } from '../schema/config-error.ts'
import { entries, step } from './raw-yaml.ts'
import type { PlacedError } from './schema-errors.ts'

/**
 * Returns the errors of amounts with more decimals than their asset, and of fees that are missing,
 * 0 or contradict each other.
 */
export function amountErrors(raw: unknown): PlacedError[] {
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
    ...feeErrors(value, [...steps, 'gas']),
    ...budgetErrors(value, steps),
    ...budgetErrors(step(value, 'native'), [...steps, 'native']),
    ...entries(value, 'tokens').flatMap((token) => [
      ...budgetErrors(token.value, [...steps, ...token.steps]),
      ...priceErrors(token.value, [...steps, ...token.steps]),
    ]),
  ])
}

/** Returns the amounts of one asset as the yaml has them: text in human units. */
function amountsOf(raw: unknown, ...path: readonly PropertyKey[]) {
  return ['min', 'approveAbove'].map((key) => ({ key, text: step(raw, ...path, key) }))
}

/** Budgets are in native coin. A budget of 0 would stop every sweep without saying so. */
function budgetErrors(raw: unknown, steps: readonly PropertyKey[]): PlacedError[] {
  const given = ['perHour', 'perDay'].map((key) => ({ key, text: step(raw, 'budget', key) }))
  const single = given.flatMap(({ key, text }) => {
    const at = [...steps, 'budget', key]
    if (typeof text === 'string' && /^0+(\.0+)?$/.test(text)) {
      const problem = 'is 0; no sweep could be paid'
      const fix = 'set an amount of native coin, or run "coldsweep pause" to stop sweeps'
      return [{ path: formatPath(at), steps: at, problem, fix }]
    }
    return tooFine(text, 18, at)
  })
  if (single.length > 0) return single
  const [hour, day] = given.map(({ text }) => inWei(text))
  if (hour === undefined || day === undefined || hour <= day) return []
  const at = [...steps, 'budget', 'perHour']
  const problem = 'is more than perDay'
  return [{ path: formatPath(at), steps: at, problem, fix: 'set perHour to at most perDay' }]
}

/** Prices are in native coin. At a price of 0 no sweep would be worth its gas. */
function priceErrors(token: unknown, steps: readonly PropertyKey[]): PlacedError[] {
  const text = step(token, 'price', 'fixed')
  const at = [...steps, 'price', 'fixed']
  const fine = tooFine(text, 18, at)
  if (fine.length > 0) return fine
  if (inWei(text) === 0n) {
    const problem = 'is 0; no sweep would be worth its gas'
    const fix = 'set the price of one unit in native coin, or remove price to sweep at any cost'
    return [{ path: formatPath(at), steps: at, problem, fix }]
  }
  if (step(token, 'price') !== undefined || step(token, 'maxGasShare') === undefined) return []
  const share = [...steps, 'maxGasShare']
  const problem = 'has no effect without a price'
  const fix = 'set price: { fixed: … } to the price of one unit in native coin'
  return [{ path: formatPath(share), steps: share, problem, fix }]
}

function inWei(text: unknown): bigint | undefined {
  return typeof text === 'string' && /^\d+(\.\d+)?$/.test(text) ? parseUnits(text, 18) : undefined
}

function tooFine(text: unknown, decimals: unknown, steps: readonly PropertyKey[]): PlacedError[] {
  if (typeof text !== 'string' || typeof decimals !== 'number') return []
  const places = /^\d+\.(\d+)$/.exec(text)?.[1]?.length ?? 0
  if (places <= decimals) return []
  const problem = `"${text}" has ${places} decimals; the asset has ${decimals}`
  return [{ path: formatPath(steps), steps, problem, fix: `use at most ${decimals} decimals` }]
}

function feeErrors(chain: unknown, gas: readonly PropertyKey[]): PlacedError[] {
  const max = wei(step(chain, 'gas', 'maxFeeGwei'))
  const rawTip = step(chain, 'gas', 'maxPriorityFeeGwei')
  const tip = wei(rawTip)
  const mode = step(chain, 'feeMode') ?? 'eip1559'
  const gasMap = step(chain, 'gas')
  const error = (key: string, problem: string, fix: string): PlacedError[] => {
    const steps = [...gas, key]
    return [{ path: formatPath(steps), steps, problem, fix }]
  }
  if (max === 0n)
    return error('maxFeeGwei', 'is 0; no transaction could be sent', 'set the fee ceiling in gwei')
  const isMap = typeof gasMap === 'object' && gasMap !== null && !Array.isArray(gasMap)
  if (rawTip === undefined && mode === 'eip1559' && isMap) {
    return error(
      'maxPriorityFeeGwei',
      'missing; feeMode eip1559 requires it',
      'set the tip in gwei, or feeMode: legacy',
    )
  }
  if (max === undefined || tip === undefined || tip <= max) return []
  return error(
    'maxPriorityFeeGwei',
    `${rawTip} exceeds maxFeeGwei`,
    'set a tip at or below maxFeeGwei, in gwei',
  )
}

function wei(raw: unknown): bigint | undefined {
  if (typeof raw !== 'string' && typeof raw !== 'number') return undefined
  try {
    return parseUnits(String(raw), 9)
  } catch {
    return undefined
  }
}
