import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Position } from '../../../domain/deposits/deposit-id.ts'
import {
  type KnownTransfer,
  type ListedTransfer,
  type Matching,
  matchTransfers,
  transferContent,
} from '../../../domain/deposits/match-transfers.ts'

/** Parses a list of transfers. `A@0` is a transfer with content A at position 0. */
function listed(text: string): ListedTransfer[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map((one) => {
      const [content = '', position = ''] = one.split('@')
      const order = Number(/\d+$/.exec(position)?.[0] ?? -1)
      return { content, position: position as Position, order }
    })
}

/**
 * Parses stored transfers. Marks after the position: `-` removed by a reorg, `?` in doubt or
 * rejected, `!` confirmed, `~` in another block.
 */
function stored(text: string): KnownTransfer[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map((one) => {
      const mark = /[-?!~]*$/.exec(one)?.[0] ?? ''
      const [transfer] = listed(one.slice(0, one.length - mark.length))
      return {
        ...(transfer as ListedTransfer),
        standing: mark.includes('-') ? 'gone' : mark.includes('?') ? 'doubted' : 'counted',
        here: !mark.includes('~') && !mark.includes('-'),
        pending: !mark.includes('!') && !mark.includes('?'),
      }
    })
}

/** Formats a matching, for example `A@1 known 0, missing B 2`. */
const words = ({ matches, missing }: Matching<ListedTransfer, KnownTransfer>) =>
  [
    ...matches.map((match) => {
      const { content, position: place } = match.seen
      if (match.kind === 'contradicts') return `${content}@${place} contradicts`
      const position = 'position' in match ? match.position : match.row.position
      return `${content}@${place} ${match.kind} ${position}`
    }),
    ...missing.map(({ content, position }) => `missing ${content} ${position}`),
  ].join(', ')

describe('matchTransfers, for a block that is read again', () => {
  it.each([
    ['no stored transfer', '', 'A@0 B@1', 'A@0 new 0, B@1 new 1'],
    ['the same list', 'A@0 B@1', 'A@0 B@1', 'A@0 known 0, B@1 known 1'],
    ['one more log before both transfers', 'A@0! B@1', 'A@1 B@2', 'A@1 known 0, B@2 known 1'],
    ['one log fewer before the transfer', 'A@1!', 'A@0', 'A@0 known 1'],
    ['two equal transfers, shifted', 'A@0! A@1!', 'A@1 A@2', 'A@1 known 1, A@2 known 0'],
    ['one more equal transfer', 'A@0!', 'A@0 A@1', 'A@0 known 0, A@1 extra 1'],
    [
      'one more equal transfer, before the stored transfer',
      'A@1!',
      'A@1 A@0',
      'A@1 known 1, A@0 extra 0',
    ],
    ['one more equal transfer, shifted', 'A@0!', 'A@1 A@2', 'A@1 known 0, A@2 extra 2'],
    ['a transfer of a backfilled wallet', 'A@0!', 'A@0 B@1', 'A@0 known 0, B@1 new 1'],
    [
      'two transfers of a backfilled wallet',
      'A@0!',
      'A@0 B@1 B@2',
      'A@0 known 0, B@1 new 1, B@2 new 2',
    ],
    [
      'a transfer of a backfilled wallet, before the stored transfer',
      'A@0!',
      'B@0 A@1',
      'B@0 new 1, A@1 known 0',
    ],
    [
      'a new transfer keeps its listed position if that is free',
      'A@0!',
      'B@0 A@1 C@1',
      'B@0 new 2, A@1 known 0, C@1 new 1',
    ],
    ['a rejected transfer', 'A@0! A@1?', 'A@0 A@1', 'A@0 known 0, A@1 known 1'],
    ['the credited transfer is matched first', 'A@0! A@1?', 'A@1', 'A@1 known 0'],
    [
      'three equal transfers of which one is rejected',
      'A@0! A@1?',
      'A@0 A@1 A@2',
      'A@0 known 0, A@1 known 1, A@2 extra 2',
    ],
    ['one equal transfer fewer', 'A@0! A@1!', 'A@0', 'A@0 known 0, missing A 1'],
    ['an empty list', 'A@0! B@1?', '', 'missing A 0'],
    ['other content than a confirmed transfer', 'A@0!', 'B@0', 'B@0 new 1, missing A 0'],
    ['other content than a pending transfer', 'A@0', 'B@0', 'B@0 replaces 0'],
    ['other content than a doubted transfer', 'A@0?', 'B@0', 'B@0 new 1'],
    ['another value', 'A@native!', 'B@native', 'B@native contradicts, missing A native'],
    ['another trace path', 'A@native-0.1!', 'A@native-0.2', 'A@native-0.2 known native-0.1'],
    [
      'a trace path that a stored transfer has',
      'A@native-0.1!',
      'B@native-0.1 A@native-0.2',
      'B@native-0.1 new native-0.2, A@native-0.2 known native-0.1',
    ],
  ])('%s: stored "%s" and listed "%s" give "%s"', (_, known, seen, expected) => {
    expect(words(matchTransfers(listed(seen), stored(known)))).toBe(expected)
  })
})

describe('matchTransfers, for a transaction that a reorg moved', () => {
  it.each([
    ['the same list', 'A@0-', 'A@0', 'A@0 returned 0'],
    ['shifted logs', 'A@0- B@1-', 'A@1 B@2', 'A@1 returned 0, B@2 returned 1'],
    ['other content', 'A@0-', 'B@0', 'B@0 replaces 0'],
    ['a new transfer before the stored transfer', 'A@0-', 'B@0 A@1', 'B@0 new 1, A@1 returned 0'],
    ['one more equal transfer', 'A@0-', 'A@0 A@1', 'A@0 returned 0, A@1 new 1'],
    ['one equal transfer fewer', 'A@0- A@1-', 'A@0', 'A@0 returned 0'],
    ['one more equal transfer in a later read', 'A@0! A@1-', 'A@0 A@1', 'A@0 known 0, A@1 extra 1'],
    ['a stored transfer in another block that no reorg removed', 'A@0!~', 'A@1', 'A@1 known 0'],
  ])('%s: stored "%s" and listed "%s" give "%s"', (_, known, seen, expected) => {
    expect(words(matchTransfers(listed(seen), stored(known)))).toBe(expected)
  })
})

const content = fc.constantFrom('A', 'B', 'C')
const distinct = <T extends ListedTransfer>(all: readonly T[]) => [
  ...new Map(all.map((one) => [one.position, one])).values(),
]
const aSeen = fc
  .array(fc.record({ content, order: fc.nat(8) }), { maxLength: 8 })
  .map((all) => distinct(all.map((one) => ({ ...one, position: `${one.order}` as Position }))))
const aKnown = fc
  .array(
    fc.record({
      content,
      order: fc.nat(8),
      standing: fc.constantFrom('counted' as const, 'doubted' as const, 'gone' as const),
      here: fc.boolean(),
      pending: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((all) => distinct(all.map((one) => ({ ...one, position: `${one.order}` as Position }))))

describe('matchTransfers, for all lists', () => {
  it('matches every listed transfer once and assigns every id once', () => {
    fc.assert(
      fc.property(aSeen, aKnown, (seen, known) => {
        const { matches, missing } = matchTransfers(seen, known)
        expect(matches.map((match) => match.seen)).toEqual(seen)
        const rows = matches.flatMap((match) => ('row' in match && match.row ? [match.row] : []))
        expect(new Set(rows).size).toBe(rows.length)
        for (const row of missing) expect(rows).not.toContain(row)
        const ids = matches.flatMap((match) => {
          if (match.kind === 'contradicts') return []
          return ['position' in match ? match.position : match.row.position]
        })
        expect(new Set(ids).size).toBe(seen.length)
        const kept = known.filter((row) => !rows.includes(row)).map(({ position }) => position)
        for (const id of ids) expect(kept).not.toContain(id)
      }),
    )
  })

  it('matches equal transfers as known, up to the smaller of both counts', () => {
    fc.assert(
      fc.property(aSeen, aKnown, (seen, known) => {
        const { matches, missing } = matchTransfers(seen, known)
        for (const one of ['A', 'B', 'C']) {
          const of = matches.filter((match) => match.seen.content === one)
          const stored = known.filter((row) => row.content === one && row.standing !== 'gone')
          const here = stored.filter((row) => row.here)
          const kinds = (kind: string) => of.filter((match) => match.kind === kind).length
          expect(kinds('known')).toBe(Math.min(of.length, stored.length))
          expect(kinds('extra')).toBe(here.length > 0 ? Math.max(0, of.length - stored.length) : 0)
          expect(missing.filter((row) => row.content === one).length).toBeLessThanOrEqual(
            Math.max(0, stored.length - of.length),
          )
        }
      }),
    )
  })

  it('changes nothing when the same list is read again', () => {
    fc.assert(
      fc.property(aSeen, aKnown, (seen, known) => {
        const { matches } = matchTransfers(seen, known)
        const after: KnownTransfer[] = matches.flatMap((match) => {
          if (match.kind === 'contradicts') return []
          const position = 'position' in match ? match.position : match.row.position
          const standing = match.kind === 'extra' ? ('doubted' as const) : ('counted' as const)
          return [{ ...match.seen, position, standing, here: true, pending: false }]
        })
        const again = matchTransfers(seen, after)
        expect(again.matches.map(({ kind }) => kind)).toEqual(seen.map(() => 'known'))
        expect(again.missing).toEqual([])
      }),
    )
  })

  it('needs less than 32 times the CPU time for 8 times as many equal transfers', () => {
    const cpuMsOf = (count: number) => {
      const many = Array.from({ length: count }, (_, order) => ({
        content: 'A',
        order,
        position: `${order}` as Position,
      }))
      const known = many.map((one) => ({
        ...one,
        ...{ standing: 'counted' as const, here: true, pending: false },
      }))
      const shifted = many.map(({ order }) => ({
        content: 'A',
        order: order + 1,
        position: `${order + 1}` as Position,
      }))
      const began = process.cpuUsage()
      const { matches } = matchTransfers(shifted, known)
      const { user } = process.cpuUsage(began)
      expect(matches.every(({ kind }) => kind === 'known')).toBe(true)
      return user / 1_000
    }
    cpuMsOf(5_000)
    expect(cpuMsOf(40_000) / Math.max(1, cpuMsOf(5_000))).toBeLessThan(32)
  })
})

it('transferContent differs between a value, an internal transfer and a log', () => {
  const transfer = { asset: 'native', wallet: '0x1', sender: '0x2', amount: 5n }
  const contents = ['native', 'native-0', '0'].map((position) =>
    transferContent({ ...transfer, position }),
  )
  expect(new Set(contents).size).toBe(3)
  expect(transferContent({ ...transfer, position: 'native-4.2' })).toBe(contents[1])
})
