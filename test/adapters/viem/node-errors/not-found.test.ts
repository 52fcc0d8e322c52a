import { describe, expect, it } from 'vitest'
import { meansNotFound } from '../../../../adapters/viem/node-errors/not-found.ts'

describe('meansNotFound: does the error mean that the object does not exist?', () => {
  it.each([
    [-32000, 'transaction not found'],
    [-32000, 'not found'],
    [-32000, 'header not found'],
    [-32000, 'block not found'],
    [-32000, 'unknown block'],
    [-32000, 'unknown transaction'],
    [-32000, 'receipt not found'],
    [-32000, 'transaction receipt not found'],
    [-32001, 'Resource not found'],
    [-32001, 'Requested resource not found'],
    [-32001, 'The requested resource was not found.'],
    [-32001, 'Transaction not found: 0xab'],
    [-32000, 'tx (0xab12) not found'],
    [-32603, 'tx not found, hash: 0xab'],
    [-32000, 'the transaction does not exist'],
    [-32000, 'the requested transaction doesn’t exist'.replace('’', "'")],
    [-32000, 'could not find block 0x12'],
    [-32000, 'cannot find transaction'],
    [-32000, 'No transaction found'],
    [-32000, "couldn't find transaction 0xab"],
    [-39001, 'Unknown block'],
    [-32000, 'block 0x77 not found'],
    [-32603, 'failed to get transaction receipt: not found'],
    // The error of zkevm-node #261.
    [-32600, 'object not found'],
    [0, 'transaction not found'],
    [1, 'not found'],
    [Number.NaN, 'transaction not found'],
    [-20, 'Txn Hash not Present'],
    [-32000, 'height 100 must be less than or equal to the current blockchain height 99'],
  ])('%i "%s": yes', (code, words) => {
    expect(meansNotFound(code, words)).toBe(true)
  })

  it.each([
    [-32601, 'the method eth_getTransactionReceipt does not exist/is not available'],
    [-32601, 'Method not found'],
    [-32000, 'method not found'],
    [-32004, 'method not supported'],
    [-32000, 'missing trie node 2b1c (path ) state 0x12 is not available, not found'],
    [-32000, 'required historical state unavailable'],
    [-32000, 'transaction indexing is in progress'],
    [-32000, 'receipts not found: data was pruned'],
    [4444, 'pruned history unavailable'],
    [-32001, 'project not found'],
    [-32000, 'upstream not found'],
    [-32000, 'route not found'],
    [-32000, 'sender account not found'],
    [-32005, 'block range limit exceeded, not found'],
    [-32000, 'header for hash not found: rate limited'],
    [-32603, 'internal error'],
    [-32600, 'method not found'],
    [-32600, 'invalid request'],
    [-32600, 'missing field: params'],
    [-32600, 'invalid request: data is missing'],
    [-32602, 'missing transaction hash argument'],
    [-32600, 'unknown field "hash"'],
    [0, 'endpoint not found'],
    [Number.NaN, 'project not found'],
    [3, 'transaction not found'],
    [-32000, 'transaction underpriced'],
    [-32000, ''],
  ])('%i "%s": no', (code, words) => {
    expect(meansNotFound(code, words)).toBe(false)
  })
})
