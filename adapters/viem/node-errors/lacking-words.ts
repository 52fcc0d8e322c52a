/** Matches the name of a method, such as `eth_call`, but not `api_key`. */
const methodName = String.raw`\b(?!(?:api|access|app|auth|client|project|secret|user)_)[a-z]{2,12}_[a-z]{3,60}\b`
const methodWord = String.raw`(?:\b(?:rpc |json-rpc )?(?:methods?|apis?|namespace|module|endpoint|rpc call)\b|${methodName})`
const lackingWord =
  '(?:not (?:be |yet )?(?:found|supported|available|allowed|whitelisted|white-listed|enabled|exist|implemented|permitted|included|exposed|defined|recognized|recognised|authorized)|does(?: not|n.?t) exist|(?:is|are)? ?(?:disabled|unsupported|unavailable|unknown|restricted|blocked|forbidden|blacklisted|deprecated|unrecognized|unauthorized)|no longer (?:supported|available))'

/** "method eth_x not found", "eth_x is disabled". Both parts are in the same sentence. */
const methodFirst = new RegExp(`${methodWord}[^.;]{0,100}?${lackingWord}`, 'i')
/** "unsupported method: eth_x", "no such method". */
const lackFirst = new RegExp(
  String.raw`\b(?:unsupported|unknown|no such|undefined|invalid|unrecogni[sz]ed|disabled|forbidden|restricted|deprecated|not (?:supported|allowed|implemented|available)|cannot find|can't find|could not find|does(?:n't| not) (?:support|have|implement|allow)|no access to|not have access to)\b[^.;]{0,30}?(?:\b(?:(?:json-?)?rpc )?(?:methods?|namespace|api call|rpc call)\b|${methodName})`,
  'i',
)
/** The whole error text of some clients. */
const bareWords = /^(?:error: ?)?(?:not implemented|unsupported operation|unimplemented)\.?$/i

/**
 * Texts such as "block not found": the method exists, but its argument or its block does not.
 */
const otherSubject =
  /\b(?:parameters?|params|arguments?|header|block|transaction|receipt|state|account|filter|trie node|tag|contract|function|selector)\b[^.;]{0,40}?(?:not found|not available|not exist|n.?t exist|unknown|unsupported|not supported|invalid)|\binvalid (?:parameters?|params|argument)/i

/** "tracing is disabled", "trace requests are not supported", "custom tracer is not allowed". */
const tracing = String.raw`\b(?:(?:debug|trac(?:e|es|ing))(?:,? (?:and|or) (?:debug|trac(?:e|es|ing)))? (?:requests?|calls?|apis?|functions?|features?)|tracing|(?:custom |javascript |js )?tracers?)\b`
/** Excludes texts about one block or transaction: a missing trace is not a missing tracer. */
const ofOneBlock = String.raw`(?![^.;]*\b(?:blocks?|transactions?|state|height|hash)\b)`
const tracingFirst = new RegExp(`${tracing} (?:is |are |was )?${lackingWord}${ofOneBlock}`, 'i')
const unauthorizedFirst = /\bunauthori[sz]ed (?:(?:json-?)?rpc )?methods?\b/i

/**
 * Whether an error text says that the node lacks a method. A text about a missing argument, or
 * about the item that the method looks up, does not count.
 */
export function saysLacking(message: string): boolean {
  if (bareWords.test(message) || lackFirst.test(message)) return true
  if (unauthorizedFirst.test(message) || tracingFirst.test(message)) return true
  return methodFirst.test(message) && !isAboutArgument(message)
}

/** Whether an error text says that something other than a method is missing. */
export function isAboutArgument(message: string): boolean {
  return otherSubject.test(message)
}
