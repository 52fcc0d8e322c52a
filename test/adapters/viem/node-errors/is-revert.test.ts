import { describe, expect, it } from 'vitest'
import { isRevert } from '../../../../adapters/viem/node-errors/is-revert.ts'
import type { NodeError } from '../../../../adapters/viem/node-errors/node-error.ts'

type Row = readonly [string, NodeError]
const said = (message: string, code = -32000, more: Partial<NodeError> = {}): NodeError => ({
  code,
  message,
  ...more,
})

/** Error texts from graph-node#1744 and from the sources of the clients. */
const reverts: readonly Row[] = [
  ['geth', said('execution reverted', 3, { data: '0x' })],
  ['geth with a reason', said('execution reverted: ERC20: transfer paused', 3)],
  ['a token’s reason as code 3', said('ERC20: transfer amount exceeds balance', 3)],
  ['geth, an older version', said('execution reverted')],
  ['geth, INVALID opcode', said('invalid opcode: INVALID')],
  ['geth, undefined opcode', said('invalid opcode: opcode 0xfe not defined')],
  ['geth, jump', said('invalid jump destination')],
  ['geth, stack underflow', said('stack underflow (0 <=> 1)')],
  ['geth, stack limit', said('stack limit reached 1024 (1023)')],
  ['geth, static call', said('write protection')],
  ['geth, call depth', said('max call depth exceeded')],
  ['geth, gas overflow', said('gas uint64 overflow')],
  ['geth, out of gas in the EVM', said('out of gas')],
  ['geth, an estimate', said('failed with 50000000 gas: execution reverted')],
  ['OpenEthereum', said('VM execution error.', -32015, { data: 'Reverted 0x08c379a0' })],
  ['OpenEthereum, bare', said('VM execution error.', -32015, { data: 'Reverted 0x' })],
  [
    'OpenEthereum, bad instruction',
    said('VM execution error.', -32015, { data: 'Bad instruction fe' }),
  ],
  [
    'OpenEthereum, bad jump',
    said('VM execution error.', -32015, { data: 'Bad jump destination 0x1f' }),
  ],
  ['OpenEthereum, stack', said('VM execution error.', -32015, { data: 'Out of stack' })],
  ['OpenEthereum, no data', said('VM execution error.', -32015)],
  ['OpenEthereum, transaction', said('Transaction execution error.', -32015, { data: 'Reverted' })],
  ['Gnosis', said('VM execution error.', -32015, { data: 'revert' })],
  ['Nethermind', said('VM execution error.', -32015, { data: 'BadInstruction' })],
  ['Nethermind, bare', said('BadInstruction', -32015)],
  ['OpenEthereum, bad instruction as message', said('Bad instruction fd')],
  ['Nethermind, newer', said('execution reverted', -32015)],
  ['Nethermind, Reverted', said('Reverted 0x4e487b71', -32015)],
  ['Erigon', said('execution reverted: Pausable: paused', 3)],
  ['Besu', said('Execution reverted', -32000, { data: '0x08c379a0' })],
  ['Besu, halt', said('INVALID_OPERATION')],
  ['Besu, jump', said('INVALID_JUMP_DESTINATION')],
  ['reth', said('EVM error: InvalidFEOpcode', -32003)],
  ['reth, memory', said('out of gas: gas exhausted during memory expansion: 50000000', -32003)],
  ['anvil', said('EVM error InvalidFEOpcode', -32603)],
  ['Ganache', said('VM Exception while processing transaction: revert paused')],
  ['Ganache, opcode', said('VM Exception while processing transaction: invalid opcode')],
  [
    'Hardhat',
    said(
      "Error: VM Exception while processing transaction: reverted with reason string 'no'",
      -32603,
    ),
  ],
  ['Hardhat, no reason', said('Error: Transaction reverted without a reason string', -32603)],
  ['Moonbeam', said('VM Exception while processing transaction: revert', -32603)],
  ['Frontier', said('evm error: DesignatedInvalid', -32603)],
  ['Frontier, stack', said('evm error: StackUnderflow', -32603)],
  ['Hiero', said('[Request ID: 7f2] execution reverted: CONTRACT_REVERT_EXECUTED', 3)],
  ['Hiero, older', said('execution reverted: Pausable', -32008)],
  ['zkSync', said('execution reverted: ERC20: paused', 3, { data: '0x' })],
  ['Cosmos EVM', said('rpc error: code = Internal desc = execution reverted: paused')],
  ['Cosmos EVM, estimate', said('failed to estimate gas: execution reverted')],
  ['Klaytn', said('evm: execution reverted')],
  ['TRON', said('REVERT opcode executed')],
  ['Conflux', said('Transaction reverted', -32015)],
  [
    'Filecoin',
    said(
      'message execution failed (exit=[33], revert reason=[none], vm error=[contract reverted at 5])',
    ),
  ],
  [
    'Filecoin, with its call stack',
    said(
      'message execution failed (exit=[33], revert reason=[none], vm error=[message failed with backtrace: 00: f0123 (method 3844450837) -- contract reverted at 75 (33)])',
    ),
  ],
  ['Filecoin, its exit code', said('message execution failed (exit=[33], vm error=[none])')],
  [
    'Besu, exception',
    said('Transaction processing failed due to an exception (Illegal state change)'),
  ],
  ['Besu, opcode', said('Call failed due to an exception (Invalid opcode: 0xfe)')],
  ['Nethermind, static', said('VM execution error.', -32015, { data: 'StaticCallViolation' })],
  ['Nethermind, access', said('VM execution error.', -32015, { data: 'AccessViolation' })],
  ['an enum with bytes', said('Revert(0x)')],
  ['an enum with a reason', said('EVM error: Revert(0x08c379a0)', -32003)],
  ['a constant', said('ERR_REVERT', -32603)],
  [
    'OpenEthereum, -32016',
    said('The execution failed due to an exception.', -32016, { data: 'Reverted 0x' }),
  ],
  ['code 3 with another text', said('contract call failed', 3)],
  ['code 3 with a contract’s bytes', said('limit of daily transfers', 3, { data: '0x1f2a2005' })],
  ['a reason that names a limit', said('execution reverted: rate limit exceeded, try again')],
  ['a reason that names a time-out', said('execution reverted: timeout', 3)],
  ['revert bytes with another text', said('transaction failed', -32000, { data: '0x08c379a0' })],
  ['a panic with another text', said('internal error', -32603, { data: '0x4e487b71' })],
  ['a revert in HTTP 400', said('execution reverted', 3, { status: 400 })],
]

const others: readonly Row[] = [
  ['a time-out of the EVM', said('execution aborted (timeout = 5s)')],
  ['a time-out of the request', said('request timed out', -32002)],
  ['a time-out as VM error', said('VM execution error.', -32015, { data: 'timeout' })],
  ['a gas cap', said('gas required exceeds allowance (50000000)')],
  [
    'a gas cap, older geth',
    said('gas required exceeds allowance (8000000) or always failing transaction'),
  ],
  ['a gas cap, reth', said('out of gas: gas required exceeds allowance: 50000000', -32003)],
  ['a gas cap, reth newer', said('out of gas: gas required exceeds: 50000000', -32003)],
  ['a gas cap of the provider', said('out of gas: provider limit of 10000000 reached')],
  ['a gas limit above the block', said('intrinsic gas too low')],
  ['a rate limit', said('limit exceeded', -32005)],
  ['a rate limit as code 3', said('rate limited', 3)],
  ['a gas cap as code 3', said('gas required exceeds allowance (50000000)', 3)],
  ['a rate limit as code 3, with data', said('too many requests', 3, { data: '0x' })],
  ['a time-out as code 3', said('request timed out', 3)],
  [
    'a time-out, OpenEthereum',
    said('The execution failed due to an exception.', -32016, { data: 'timeout' }),
  ],
  ['another exit of Filecoin', said('message execution failed (exit=[7], vm error=[none])')],
  ['an exception of the node', said('failed due to an exception (java.lang.NullPointerException)')],
  ['a rate limit, HTTP 429', said('execution reverted', -32005, { status: 429 })],
  ['too many requests', said('too many requests, reverting to backup', 429)],
  ['missing state', said('missing trie node 5a (path )')],
  ['pruned state', said('required historical state unavailable (reexec=128)')],
  ['a missing block', said('header not found')],
  ['an internal error', said('Internal error', -32603)],
  ['an internal JSON-RPC error', said('Internal JSON-RPC error.', -32603)],
  ['too little native coin', said('insufficient funds for gas * price + value')],
  ['too little native coin, Nethermind', said('insufficient funds for transfer', -32015)],
  [
    'too little native coin, VM error',
    said('VM execution error.', -32015, { data: 'insufficient sender balance' }),
  ],
  ['a block that was reverted', said('block was reverted by a reorg')],
  ['a head that was reverted', said('chain head reverted to block 17')],
  ['state that was reverted', said('state reverted to snapshot 3')],
  ['a block whose execution reverted', said('block execution reverted, resyncing')],
  ['execution that was reverted by a reorg', said('execution reverted to block 17 after a reorg')],
  ['a transaction reverted by a reorg', said('transaction reverted by chain reorganisation')],
  ['a database that reverts', said('failed to revert database transaction', -32603)],
  ['a node that is reverting', said('node is reverting to genesis, try again')],
  ['a URL with the word revert', said('no such host: revert-proxy.internal')],
  ['an unknown method', said('the method eth_revert does not exist/is not available', -32601)],
  ['revert is unsupported', said('cannot revert: unsupported', -32004)],
  ['an out-of-gas budget of credits', said('out of gas credits, buy more')],
  ['bad parameters', said('invalid argument 0: hex string has odd length', -32602)],
  ['invalid opcode policy', said('transactions with invalid opcodes are rate limited')],
  ['an empty text', said('')],
  ['a megabyte of blanks', said(' '.repeat(1_000_000))],
]

describe('isRevert: does the error mean that the call reverted?', () => {
  it.each(reverts)('%s: yes', (_, error) => {
    expect(isRevert(error)).toBe(true)
  })

  it.each(others)('%s: no', (_, error) => {
    expect(isRevert(error)).toBe(false)
  })
})
