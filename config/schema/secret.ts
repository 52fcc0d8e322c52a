const hidden = '[secret]'

/**
 * A value that must not be seen: URLs carry passwords and API keys, keys are keys. console.log,
 * util.inspect, JSON.stringify, string templates and spreads show `[secret]`; only `reveal()` gives
 * the text, so every use can be found.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return hidden
  }

  toJSON(): string {
    return hidden
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return hidden
  }
}
