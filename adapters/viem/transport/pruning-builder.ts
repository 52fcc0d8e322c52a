import { type ParsedTokenInfo, TokenType } from '@streamparser/json'
import {
  addCount,
  addElement,
  addField,
  type JsonObject,
  type PruningRule,
  type ReadList,
} from './pruning.ts'

interface OpenObject {
  readonly into: JsonObject
  /** Key of the value that is read now. */
  key: string
}
interface OpenList {
  readonly into: unknown[]
  readonly list: ReadList
}

/** `first-…` also accepts the end of the object or list. */
type Expected = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'comma' | 'nothing'

/**
 * Builds a JSON-RPC answer from its JSON tokens. Each part of the result is pruned as soon as the
 * part is complete, so that dropped parts never add up in memory. `stack` replaces recursion, so
 * that deep nesting cannot overflow the call stack.
 */
export class PruningBuilder {
  private readonly rule: PruningRule
  private readonly stack: (OpenObject | OpenList)[] = []
  private expected: Expected = 'value'
  private built: unknown

  constructor(rule: PruningRule) {
    this.rule = rule
  }

  /** Adds the next token. @throws SyntaxError if the tokens are not a JSON value */
  take({ token, value }: ParsedTokenInfo): void {
    switch (token) {
      case TokenType.LEFT_BRACE:
        this.expectValue()
        this.stack.push({ into: {}, key: '' })
        this.expected = 'first-key'
        break
      case TokenType.LEFT_BRACKET:
        this.expectValue()
        this.stack.push({ into: [], list: { key: this.key(), place: 0 } })
        this.expected = 'first-value'
        break
      case TokenType.RIGHT_BRACE:
      case TokenType.RIGHT_BRACKET:
        this.close(token)
        break
      case TokenType.COLON:
        this.expect('colon')
        this.expected = 'value'
        break
      case TokenType.COMMA:
        this.expect('comma')
        this.expected = this.isInObject() ? 'key' : 'value'
        break
      default:
        this.scalar(value)
    }
  }

  /** Returns the pruned answer. @throws SyntaxError if the value is not complete */
  result(): unknown {
    this.expect('nothing')
    return this.built
  }

  private scalar(value: unknown): void {
    if (this.expected === 'key' || this.expected === 'first-key') {
      const top = this.stack.at(-1)
      if (typeof value !== 'string' || !top || 'list' in top) throw unexpected(this.expected)
      top.key = value
      this.expected = 'colon'
      return
    }
    this.expectValue()
    this.add(value)
  }

  private close(token: TokenType): void {
    const inObject = this.isInObject()
    const empty = inObject ? 'first-key' : 'first-value'
    if (this.expected !== empty) this.expect('comma')
    const top = this.stack.pop()
    if (!top || inObject !== (token === TokenType.RIGHT_BRACE)) throw unexpected(this.expected)
    this.add(top.into)
    const parent = this.stack.at(-1)
    if ('list' in top && parent && !('list' in parent))
      addCount(parent.into, top.list, this.active())
  }

  private add(value: unknown): void {
    const top = this.stack.at(-1)
    this.expected = top ? 'comma' : 'nothing'
    if (!top) this.built = value
    else if ('list' in top) addElement(top.into, value, top.list, this.active())
    else addField(top.into, top.key, value, this.active())
  }

  /** Returns the rule inside `result`. All other fields, such as `error`, are kept whole. */
  private active(): PruningRule {
    const [envelope] = this.stack
    const inResult = envelope && !('list' in envelope) && envelope.key === 'result'
    return inResult && this.stack.length > 1 ? this.rule : keepAll
  }

  private isInObject(): boolean {
    const top = this.stack.at(-1)
    return top !== undefined && !('list' in top)
  }

  /** Returns the key of the value that starts now. */
  private key(): string {
    const top = this.stack.at(-1)
    if (!top) return ''
    return 'list' in top ? top.list.key : top.key
  }

  private expectValue(): void {
    if (this.expected !== 'first-value') this.expect('value')
  }

  private expect(expected: Expected): void {
    if (this.expected !== expected) throw unexpected(this.expected)
  }
}

const keepAll: PruningRule = {}

const unexpected = (expected: Expected) => new SyntaxError(`invalid JSON: expected ${expected}`)
