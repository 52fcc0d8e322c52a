import { expect, test } from 'vitest'
import { keeperSentence } from '../../../../devstack/demo/display/keeper-news.ts'
import { errorLines } from '../../../../devstack/demo/display/last-errors.ts'
import { createLiveDisplay } from '../../../../devstack/demo/display/live-display.ts'
import {
  retryArguments,
  shellCommand,
  signalArguments,
  webUiPages,
} from '../../../../devstack/demo/display/operator-hints.ts'
import { createPlainDisplay } from '../../../../devstack/demo/display/plain-display.ts'
import { alice, plain } from '../judge/a-ledger.ts'
import { aRow, describe } from './a-row.ts'

const clock = () => '  1.0s'

test('the plain display prints a change as a line with time, name, address, amount, state and reason', () => {
  const lines: string[] = []
  const display = createPlainDisplay({ describe, clock, print: (line) => lines.push(line) })
  const waiting = aRow({ state: 'waiting(keeper-low)', detail: 'the keeper cannot pay' })
  const funding = aRow({
    asset: plain.token ?? '',
    state: 'funding',
    gasTx: `0x${'7'.repeat(64)}`,
  })
  display.rows(
    [waiting, funding],
    [
      { row: waiting, before: undefined },
      { row: funding, before: 'waiting(queued)' },
    ],
  )
  display.note('the keeper is refilled')
  expect(lines).toEqual([
    '  1.0s  alice 0xaAaA…aaAa  1.5 ETH          waiting(keeper-low): the keeper cannot pay',
    '  1.0s  alice 0xaAaA…aaAa  1.5 PLAIN        → funding: gas 0x77777777…',
    '  1.0s  · the keeper is refilled',
  ])
})

test('describe shortens the sweep id in the reason of a state', () => {
  const state = 'waiting(sweep 6d199ac1-04a6-4f80-96e6-2d7ed55fe505)'
  expect(describe(aRow({ state })).state).toBe('waiting(sweep 6d199ac1…)')
})

test('the live display redraws the table in place, cuts it to the window, and prints notes of several lines uncut', () => {
  let written = ''
  const terminal = {
    write: (text: string) => {
      written = text
    },
    size: () => ({ columns: 60, rows: 12 }),
  }
  const display = createLiveDisplay({ describe, clock, terminal })
  const rows = Array.from({ length: 9 }, (_, index) => aRow({ id: String(index) }))
  display.rows(rows, [])
  expect(written).toContain('… 7 more')
  expect(written).toContain('\u001b[33m waiting(queued)\u001b[39m')
  const heightDrawn = written.split('\n').length - 1

  const command = `retry ${'x'.repeat(80)}`
  display.note(`release it by\n${command}`)
  expect(written.startsWith(`\u001b[${heightDrawn}A\u001b[0J`)).toBe(true)
  expect(written).toContain(command)
  display.note('y'.repeat(80))
  expect(written).not.toContain('y'.repeat(60))
})

test('the retry commands name the sweep, operator and reason, and can be pasted', () => {
  const row = aRow()
  expect(retryArguments(row).slice(0, 2)).toEqual(['retry', row.id])
  const signal = shellCommand([
    'temporal',
    ...signalArguments(row, { address: 'h:1', namespace: 'n' }),
  ])
  expect(signal).toContain(`--workflow-id sweep-4711-0x${'5'.repeat(64)}-native --name retryNow`)
  expect(signal).toContain(`--input '{"operator":"demo","reason":`)
  expect(shellCommand(["it's"])).toBe(`'it'\\''s'`)
})

test('the link needsAttention contains the query for sweeps that need attention', () => {
  const { needsAttention } = webUiPages('http://127.0.0.1:1', 'ns')
  expect(new URL(needsAttention).searchParams.get('query')).toBe(
    "SweepState = 'needs-attention' AND ExecutionStatus = 'Running'",
  )
})

test('keeperSentence reports amounts of keeper events in ETH', () => {
  const data = {
    keeper: alice,
    uncommittedWei: '110000000000000',
    alertBelowWei: '50000000000000000',
  }
  expect(keeperSentence({ type: 'keeper.low', data })).toBe(
    'event keeper.low: the gas keeper is low, 0.00011 ETH free, alert below 0.05 ETH',
  )
  expect(keeperSentence({ type: 'keeper.recovered', data })).toContain('has recovered')
})

test('errorLines returns only the error lines of a log', () => {
  const log = [
    '{"level":"info","message":"an error: not one"}',
    '{"level":"error","message":"lost"}',
    'error: DATABASE_URL: is missing',
    '  hint: write one',
    'TypeError: x is not a function',
  ]
  expect(errorLines(log.join('\n'))).toEqual([log[1], log[2], log[4]])
})
