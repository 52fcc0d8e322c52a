import { isTransient } from './is-transient.ts'
import type { NodeError } from './node-error.ts'

/** geth and most others answer a revert with this code. */
const revertCode = 3
/** OpenEthereum, Nethermind, Conflux and RSK: the EVM ended with an error, which `data` names. */
const vmErrorCodes: readonly (number | undefined)[] = [-32015, -32016]

/** `Error(string)` and `Panic(uint256)`, as Solidity encodes a revert. */
const revertData = /^0x(08c379a0|4e487b71)/i

/**
 * A phrase counts only at the start of the text or of a clause, so "block execution reverted" is
 * not a revert.
 */
const clause = String.raw`(?:^|[:=;,({\["'\]]\s{0,3}|-- )`

/** Excludes texts about blocks: "reverted to block 5", "reverted by a reorg". */
const notOfBlocks = String.raw`(?![ ](?:to|from|back|by|after|during|due|because|in)\b)`

const subject =
  '(?:(?:the )?(?:transaction|tx|call|contract|contract call|evm|vm|message|simulation|eth_call) )?'

/**
 * Names of the errors that halt the EVM, as clients write them: geth's texts, revm's and
 * OpenEthereum's variants, Besu's halts.
 */
const halts = [
  'invalid opcode',
  'opcode 0x[0-9a-f]{1,2} not defined',
  'bad ?instruction',
  'undefined instruction',
  'designated ?invalid',
  'invalid ?fe ?opcode',
  'opcode ?not ?found',
  'invalidcode\\b',
  'invalid code: must not begin',
  'bad ?jump(?: ?destination)?',
  'invalid[ _]?jump(?:[ _]?destination)?\\b',
  'out ?of ?stack',
  'stack ?underflow',
  'stackoverflow',
  'stack limit reached',
  'insufficient_stack_items',
  'too_many_stack_items',
  'invalid_operation',
  'illegal[ _]state[ _]change',
  'write protection',
  'static state change',
  'mutable ?call ?in ?static ?context',
  'state ?change ?during ?static ?call',
  'call ?not ?allowed ?inside ?static',
  'static ?call ?violation',
  'access ?violation',
  'return data out of bounds',
  'out ?of ?offset',
  'gas uint64 overflow',
  'max call depth exceeded',
  'call ?too ?deep',
  'contract address collision',
  'create ?collision',
]

/**
 * The EVM's own "out of gas". If more words follow, the text is about a limit of the node, except
 * for the texts that say how the EVM used up the gas.
 */
const outOfGas =
  'out ?of ?gas(?:[ ]?[:.]?$|[)"\'\\]},]|: gas exhausted during|: invalid operand to an opcode)'

const reverts = [
  `${subject}execution (?:was )?reverted${notOfBlocks}`,
  `(?:error: )?${subject}(?:was |has been |is )?reverted(?:$|[:.,;)"']|[ ](?:with|without|0x|at))`,
  'revert(?:$|[:.]|[ (]0x)',
  'err_revert\\b',
  'revert opcode executed',
  'contract_revert_executed',
  'contract_execution_exception',
  'errcontractreverted',
  // Filecoin's exit code of a contract that reverted.
  'message execution failed \\(exit=\\[33\\]',
  'vm exception while processing transaction: (?:revert|invalid opcode|stack|invalid jump)',
]

const revertText = new RegExp(`${clause}(?:${reverts.join('|')})`, 'i')
const haltText = new RegExp(
  `${clause}(?:evm error:? |vm error:? |vm exception while processing transaction: |execution halted: )?(?:${halts.join('|')}|${outOfGas})`,
  'i',
)
/**
 * Besu: "Transaction processing could not be completed due to an exception (Illegal state change)".
 */
const exceptionText = new RegExp(
  `\\bdue to an exception \\((?:${halts.join('|')}|${outOfGas})`,
  'i',
)
const vmErrorText =
  /^(?:vm execution error|transaction execution error|execution error|(?:the )?execution failed due to an exception)\b/i
/** Words for a limit of the node or its provider that ended the call. The error code may be 3. */
const limitText =
  /\blimit|\ballowance\b|\bgas cap\b|\bexceed|\bdeadline\b|\bcancell?ed\b|\baborted\b/i
/** A revert of a token, not a limit of the node: "ERC20: transfer amount exceeds balance". */
const balanceText = /\b(?:amount|value) exceeds (?:the )?(?:balance|allowance)\b/i
/** Bytes that a contract returned: at least a selector. */
const bytes = /^0x[0-9a-f]{8,}$/i
/** `data` of a VM error that is a revert, as OpenEthereum and Nethermind write it. */
const vmErrorData = /^(?:reverted\b|revert\b|out of bounds|0x)/i

/**
 * Whether the node reports that the EVM reverted or halted the call. Only known shapes of known
 * clients count. A timeout, a gas cap of the provider, a rate limit, missing state or an internal
 * error is not a revert, because the same call may succeed later.
 * @see https://github.com/graphprotocol/graph-node/issues/1744
 */
export function isRevert({ code, message, data, status }: NodeError): boolean {
  // A refusal by a gateway is not a revert, even if it repeats text of a revert.
  if (status === 429 || status === 502 || status === 503 || status === 504) return false
  if (typeof data === 'string' && revertData.test(data)) return true
  if (revertText.test(message) || haltText.test(message) || exceptionText.test(message)) return true
  if (code === revertCode)
    return (typeof data === 'string' && bytes.test(data)) || !isLimit(message)
  if (!vmErrorCodes.includes(code) && !vmErrorText.test(message)) return false
  if (typeof data === 'string' && data !== '') {
    return vmErrorData.test(data) || haltText.test(data) || revertText.test(data)
  }
  return vmErrorCodes.includes(code) && vmErrorText.test(message)
}

const isLimit = (message: string) =>
  !balanceText.test(message) && (limitText.test(message) || isTransient({ message }))
