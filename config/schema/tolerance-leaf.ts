import { parseUnits } from '../../domain/amount.ts'
import { partsOfWhole, type Tolerance } from '../../domain/chains/tolerance.ts'
import { describeType, leaf, Unreadable } from './leaf.ts'

const fix = 'write smallest units, such as 2, or a share in quotes, such as "0.1%"'
/** A uint256 has 78 digits. */
const units = /^\d{1,78}$/
const share = /^(\d{1,3}(?:\.\d{1,6})?) ?%$/

/** How much a token may bring less than its logs say: a number of smallest units, or a share. */
export const toleranceLeaf = leaf<Tolerance>((raw) => {
  if (typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= 0) {
    return { kind: 'units', units: BigInt(raw) }
  }
  if (typeof raw !== 'string') return new Unreadable(describeType(raw), fix)
  if (units.test(raw)) return { kind: 'units', units: BigInt(raw) }
  const percent = share.exec(raw)?.[1]
  if (percent === undefined) {
    return new Unreadable(`"${raw.slice(0, 80)}" is neither smallest units nor a share`, fix)
  }
  const parts = parseUnits(percent, 6)
  if (parts >= partsOfWhole) {
    return new Unreadable(
      `"${raw}" would accept any credit`,
      'write a share below 100%, such as "0.1%"',
    )
  }
  return { kind: 'share', parts }
})
