import { describe, expect, it } from 'vitest'
import { type CallFrame, movedByFrames } from '../../../../adapters/viem/traces/call-frames.ts'
import { movedByTraces, type ParityTrace } from '../../../../adapters/viem/traces/parity-traces.ts'
import { pruneAnswer } from '../../../../adapters/viem/transport/pruning.ts'
import { pruningRules } from '../../../../adapters/viem/transport/pruning-rules.ts'

const a = `0x${'a1'.repeat(20)}` as const
const b = `0x${'b2'.repeat(20)}` as const
const precompile = `0x${'0'.repeat(38)}04` as const
/** Looks like the address of a precompile, but belongs to a contract on some chains. */
const low = `0x${'0'.repeat(36)}8009` as const
const framesRule = pruningRules['debug_traceTransaction'] ?? {}
const call = (more: Partial<CallFrame> = {}): CallFrame => ({
  type: 'CALL',
  from: a,
  to: b,
  value: '0x5',
  ...more,
})
const top = (...calls: CallFrame[]): CallFrame => call({ calls })
const paths = (frame: CallFrame) => movedByFrames(frame).map(({ path, value }) => [path, value])

describe('transfers in the frames of geth’s callTracer', () => {
  it.each<[string, CallFrame, unknown[]]>([
    ['no transfer: the value of the transaction itself', top(), []],
    ['a call with value', top(call()), [['0', 5n]]],
    [
      'calls inside a call',
      top(call({ value: '0x0', calls: [call(), call()] })),
      [
        ['0.0', 5n],
        ['0.1', 5n],
      ],
    ],
    ['a creation with value', top(call({ type: 'CREATE2' })), [['0', 5n]]],
    ['a self-destruct', top(call({ type: 'SELFDESTRUCT' })), [['0', 5n]]],
    [
      'no transfer: a delegated call, which repeats the value of its caller',
      top(call({ type: 'DELEGATECALL' })),
      [],
    ],
    ['no transfer: a static call', top(call({ type: 'STATICCALL' })), []],
    ['no transfer: CALLCODE, which pays the caller itself', top(call({ type: 'CALLCODE' })), []],
    ['no transfer: a payment from a contract to itself', top(call({ to: a })), []],
    [
      'no transfer: calls without value',
      top(call({ value: '0x0' }), call({ value: undefined })),
      [],
    ],
    ['no transfer: a failed call', top(call({ error: 'execution reverted' })), []],
    [
      'no transfer: a payment under a failed call',
      top(call({ error: 'reverted', calls: [call()] })),
      [],
    ],
    [
      'a payment under a successful delegated call',
      top(call({ type: 'DELEGATECALL', calls: [call()] })),
      [['0.0', 5n]],
    ],
    ['no transfer: all calls of a failed transaction', { ...top(call()), error: 'out of gas' }, []],
    [
      'a payment after a call to a precompile: the path does not count that call',
      top(call({ to: precompile, value: '0x0' }), call()),
      [['0', 5n]],
    ],
    [
      'a payment through a contract at a low address (MsgValueSimulator of zkSync, batches of Moonbeam)',
      top(call({ to: low, value: '0x0', calls: [call()] }), call()),
      [
        ['0.0', 5n],
        ['1', 5n],
      ],
    ],
    [
      'a payment through two contracts at a low address',
      top(
        call({ to: low, value: '0x0', calls: [call({ to: low, value: '0x0', calls: [call()] })] }),
      ),
      [['0.0.0', 5n]],
    ],
    [
      'a payment after a call to a low address that pays nothing: the path does not count that call',
      top(call({ to: low, value: '0x0', calls: [call({ value: '0x0' })] }), call()),
      [['0', 5n]],
    ],
    [
      'a payment after a call to a low address whose payment fails: the path does not count that call',
      top(call({ to: low, value: '0x0', calls: [call({ error: 'reverted' })] }), call()),
      [['0', 5n]],
    ],
    [
      'a payment after a failed call to a low address that pays: the path counts that call',
      top(call({ to: low, value: '0x0', error: 'reverted', calls: [call()] }), call()),
      [['1', 5n]],
    ],
  ])('%s', (_, frame, expected) => {
    expect(paths(frame)).toEqual(expected)
    // Pruning drops calls during the download, and must not change the paths.
    const { result } = pruneAnswer({ result: frame }, framesRule) as { result: CallFrame }
    expect(paths(result)).toEqual(expected)
  })
})

describe('transfers in flat traces of Parity’s interface', () => {
  const trace = (traceAddress: number[], more: Partial<ParityTrace> = {}): ParityTrace => ({
    type: 'call',
    blockHash: '0x01',
    transactionHash: '0x02',
    traceAddress,
    action: { callType: 'call', from: a, to: b, value: '0x5' },
    ...more,
  })
  const delegated = { callType: 'delegatecall', from: a, to: b, value: '0x5' }
  const ended = { address: a, refundAddress: b, balance: '0x7' }

  it.each<[string, ParityTrace[], unknown[]]>([
    ['no transfer: the value of the transaction itself', [trace([])], []],
    ['a call with value', [trace([]), trace([0])], [['0', 5n]]],
    ['no transfer: a delegated call', [trace([]), trace([0], { action: delegated })], []],
    [
      'a self-destruct',
      [trace([]), trace([1, 0], { type: 'suicide', action: ended })],
      [['1.0', 7n]],
    ],
    [
      'a creation with value',
      [trace([0], { type: 'create', action: { from: a, value: '0x5' }, result: { address: b } })],
      [['0', 5n]],
    ],
    [
      'no transfer: a payment under a failed call',
      [trace([0], { error: 'Reverted' }), trace([0, 1])],
      [],
    ],
    [
      'a payment next to a failed call',
      [trace([0, 0], { error: 'Reverted' }), trace([0, 1])],
      [['0.1', 5n]],
    ],
    [
      'no transfer: all calls of a failed transaction',
      [trace([], { error: 'Reverted' }), trace([0])],
      [],
    ],
  ])('%s', (_, traces, expected) => {
    expect(movedByTraces(traces).map(({ path, value }) => [path, value])).toEqual(expected)
  })
})
