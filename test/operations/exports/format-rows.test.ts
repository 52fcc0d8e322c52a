import { describe, expect, it } from 'vitest'
import type { Column } from '../../../operations/exports/columns.ts'
import { formatHead, formatRows } from '../../../operations/exports/format-rows.ts'

interface Row {
  readonly words: string | null
  readonly amount: bigint
}

const columns: readonly Column<Row>[] = [
  { name: 'words', kind: 'text', json: 'string', value: ({ words }) => words },
  { name: 'amount', kind: 'number', json: 'string', value: ({ amount }) => amount },
  { name: 'count', kind: 'number', json: 'number', value: () => 2 },
]
const csv = (words: string | null, amount = 1n) => formatRows('csv', columns, [{ words, amount }])

describe('CSV', () => {
  it('has one line of names and ends each record with CRLF', () => {
    expect(formatHead('csv', columns)).toBe('words,amount,count\r\n')
    expect(csv('plain')).toBe('plain,1,2\r\n')
  })

  it.each(['=1+1', '+1', '-1', '@sum', '\t=1', '\r=1', '\n=1', ' =1', '＝1', '－1', '|x', '%x'])(
    'neutralises the text %j, which a spreadsheet may run',
    (words) => {
      const [cell = ''] = /^"?'/.exec(csv(words)) ?? []
      expect(cell).toMatch(/'$/)
    },
  )

  it('keeps numbers as numbers, also below 0', () => {
    expect(csv('x', -5n)).toBe('x,-5,2\r\n')
  })

  it('quotes commas, quotes, line ends and outer blanks, and doubles quotes', () => {
    expect(csv('a,b')).toBe('"a,b",1,2\r\n')
    expect(csv('say "x"')).toBe('"say ""x""",1,2\r\n')
    expect(csv('a\nb')).toBe('"a\nb",1,2\r\n')
    expect(csv(' a ')).toBe('" a ",1,2\r\n')
    expect(csv('=cmd|"x",')).toBe('"\'=cmd|""x"",",1,2\r\n')
  })

  it('leaves the cell of an unknown value empty and keeps other scripts', () => {
    expect(csv(null)).toBe(',1,2\r\n')
    expect(csv('Zürich 北京')).toBe('Zürich 北京,1,2\r\n')
  })
})

describe('JSON', () => {
  it('has one object a line, amounts as strings, unknown values as null', () => {
    expect(formatHead('json', columns)).toBe('')
    expect(formatRows('json', columns, [{ words: null, amount: 10n ** 30n }])).toBe(
      '{"words":null,"amount":"1000000000000000000000000000000","count":2}\n',
    )
    expect(formatRows('json', columns, [{ words: '=1', amount: 1n }])).toContain('"words":"=1"')
  })
})
