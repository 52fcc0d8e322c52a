// Sends the whole native balance of a keeper whose key is leaked, in place of its oldest pending
// transaction: node deploy/keys/rescue-keeper.mjs KEY_FILE RPC_URL RECEIVER [RESERVE]
// RESERVE, in native coin, is left for the L1 fee of a rollup (0). Stop every worker first:
// docs/runbook.md, "A keeper's key is leaked".
import { readFileSync } from 'node:fs'
import { createWalletClient, getAddress, http, isAddress, parseEther, publicActions } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

/** Multiple of the market's gas price, above four times the market, the most that a bump offers. */
const haste = 5n

const [, , keyFile, url, receiver, reserve = '0'] = process.argv
if (receiver === undefined)
  throw new Error('usage: node rescue-keeper.mjs KEY_FILE RPC_URL RECEIVER [RESERVE]')
if (!isAddress(receiver)) throw new Error(`${receiver}: no address, or checksum mismatch`)
const to = getAddress(receiver)
const digits = readFileSync(keyFile, 'utf8').trim().replace(/^0x/i, '')
const account = privateKeyToAccount(`0x${digits}`)
const { address } = account
const node = createWalletClient({ account, transport: http(url) }).extend(publicActions)
const [price, nonce, balance] = await Promise.all([
  node.getGasPrice(),
  node.getTransactionCount({ address, blockTag: 'latest' }),
  node.getBalance({ address }),
])
const gas = await node.estimateGas({ account, to, value: 1n })
const value = balance - gas * price * haste - parseEther(reserve)
if (value <= 0n) throw new Error(`${address} holds ${balance} wei, less than the fee`)
const request = { chain: null, type: 'legacy', to, value, gas, gasPrice: price * haste, nonce }
const hash = await node.sendTransaction(request)
process.stdout.write(`${address} sends ${value} wei to ${to}: ${hash}\n`)
