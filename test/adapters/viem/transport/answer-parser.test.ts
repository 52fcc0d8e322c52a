import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAnswerParser } from '../../../../adapters/viem/transport/answer-parser.ts'
import { pruningRules } from '../../../../adapters/viem/transport/pruning-rules.ts'
import { transferTopic } from '../../../../domain/chains/erc20.ts'

/** Makes a text so long that the parser starts before the download ends. */
const padding = ' '.repeat(300 * 1024)

/**
 * Parses a text that arrives in chunks of `cut` bytes.
 * @param padded whether the text is made long enough to be parsed during the download
 */
async function parse(text: string, padded: boolean, method = 'none', cut = 997) {
  const parser = createAnswerParser(pruningRules[method])
  const bytes = Buffer.from(padded ? padding + text : text)
  for (let from = 0; from < bytes.length; from += cut) {
    await parser.write(bytes.subarray(from, from + cut))
  }
  return await parser.end()
}

describe('an answer that is parsed during its download', () => {
  it('equals the result of JSON.parse, for chunks of any size', async () => {
    const json = fc.json({ maxDepth: 4 }).filter((text) => !text.includes('__proto__'))
    await fc.assert(
      fc.asyncProperty(json, fc.integer({ min: 1, max: 50 }), async (text, cut) => {
        const parser = createAnswerParser({})
        await parser.write(Buffer.from(padding))
        const bytes = Buffer.from(text)
        for (let from = 0; from < bytes.length; from += cut)
          await parser.write(bytes.subarray(from, from + cut))
        expect(await parser.end()).toEqual(JSON.parse(text))
      }),
      { numRuns: 150 },
    )
  })

  it.each([
    '{',
    '{"a"',
    '{"a":',
    '{"a":1',
    '[1',
    '[1,',
    '[1,]',
    '[1 2]',
    '{"a":1,}',
    '{"a" 1}',
    '{1:2}',
    '{"a":1 "b":2}',
    '[}',
    '{]',
    '1 2',
    '',
    '"a',
    'tru',
    '{,}',
  ])('is rejected in chunks and as a whole if it is %s', async (text) => {
    await expect(parse(text, true)).rejects.toThrow()
    await expect(parse(text, false)).rejects.toThrow()
  })

  it('may be nested a hundred thousand times', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    expect(Array.isArray(await parse(deep, true))).toBe(true)
  })
})

const word = (n: number) => `0x${n.toString(16).padStart(64, '0')}`
const empty = { address: '0x1', topics: [], data: '0x', logIndex: '0x0' }
const transfer = { address: '0x2', topics: [transferTopic, word(1), word(2)], data: word(7) }
const nft = { ...transfer, topics: [...transfer.topics, word(3)], data: '0x' }
const call = (more: object = {}) => ({
  type: 'CALL',
  from: '0x1',
  to: `0x${'a'.repeat(40)}`,
  value: '0x0',
  input: '0xabcd',
  ...more,
})
const precompile = call({ to: `0x${'0'.repeat(39)}4` })
const paying = call({ value: '0x5' })

describe.each([false, true])('the answer parser (parses during the download: %s)', (padded) => {
  const read = async (method: string, result: unknown) => {
    const answer = await parse(JSON.stringify({ id: 1, result, error: undefined }), padded, method)
    return (answer as { result: unknown }).result
  }

  it('drops the logs of a receipt that are not transfers, and records the place of each kept log', async () => {
    expect(
      await read('eth_getTransactionReceipt', {
        status: '0x1',
        logs: [empty, transfer, nft, { ...transfer, place: 9 }],
        logsBloom: '0x0',
      }),
    ).toEqual({
      status: '0x1',
      logs: [
        { ...transfer, place: 1 },
        { ...transfer, place: 3 },
      ],
      logCount: 4,
    })
  })

  it('drops the calldata of a block’s transactions', async () => {
    const transaction = {
      hash: '0x1',
      value: '0x5',
      input: '0xffff',
      accessList: [{ address: '0x1' }],
    }
    expect(
      await read('eth_getBlockByNumber', {
        hash: '0x2',
        logsBloom: '0x3',
        transactions: [transaction],
      }),
    ).toEqual({
      hash: '0x2',
      logsBloom: '0x3',
      transactions: [{ hash: '0x1', value: '0x5' }],
    })
  })

  it('drops the calldata of a transaction after the first 4,096 characters', async () => {
    const input = `0x${'ab'.repeat(100_000)}`
    const { input: kept } = (await read('eth_getTransactionByHash', { input })) as { input: string }
    expect(kept).toBe(input.slice(0, 4_096))
    expect(await read('eth_getTransactionByHash', { input: '0xa9059cbb' })).toEqual({
      input: '0xa9059cbb',
    })
  })

  it('drops calls without payments from frames, and records the number of each kept call', async () => {
    const frame = call({
      calls: [
        call(),
        precompile,
        call({ calls: [call(), paying] }),
        call({ error: 'reverted', calls: [paying] }),
        paying,
      ],
    })
    const { input: _, ...without } = call()
    const { input: __, ...pays } = paying
    expect(await read('debug_traceBlockByHash', [{ txHash: '0x9', result: frame }])).toEqual([
      {
        txHash: '0x9',
        result: {
          ...without,
          calls: [
            { ...without, calls: [{ ...pays, place: 1 }], place: 1 },
            { ...pays, place: 3 },
          ],
        },
      },
    ])
  })

  it('drops successful flat traces without payments, except the first of a transaction', async () => {
    const trace = (traceAddress: number[], action: object, more: object = {}) => ({
      type: 'call',
      traceAddress,
      action: { callType: 'call', input: '0x1', ...action },
      ...more,
    })
    const kept = await read('trace_block', [
      trace([], { value: '0x0' }),
      trace([0], { value: '0x0' }),
      trace([1], { value: '0x1' }),
      trace([2], { value: '0x0' }, { error: 'Reverted' }),
    ])
    expect((kept as { traceAddress: number[] }[]).map(({ traceAddress }) => traceAddress)).toEqual([
      [],
      [1],
      [2],
    ])
    expect(JSON.stringify(kept)).not.toContain('input')
  })

  it('keeps an error complete', async () => {
    const error = { code: 3, message: 'reverted', data: '0x08c379a0' }
    const answer = await parse(JSON.stringify({ id: 1, error }), padded, 'debug_traceBlockByHash')
    expect(answer).toEqual({ id: 1, error })
  })
})
