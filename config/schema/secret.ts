const hidden = '[secret]'

/**
 * A value that must not be shown: a private key, or a URL with a password or an API key.
 * console.log, util.inspect, JSON.stringify, string templates and spreads show `[secret]`. Only
 * `reveal()` returns the text, so a search for this name finds every use.
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
