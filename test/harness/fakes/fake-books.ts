import type { BookRows, BookStore } from '../../../domain/books/book-store.ts'
import type { Reconciliation } from '../../../domain/books/reconciliation.ts'

/** An in-memory store of the books: the test sets `book`, and `kept` has the stored reports. */
export class FakeBooks implements BookStore {
  book: BookRows = {
    deposits: [],
    intents: [],
    sweeps: [],
    external: [],
    refills: [],
    keepers: [],
    lanes: [],
    coldWallets: new Set(),
    backfilling: new Set(),
  }
  readonly kept: Reconciliation[] = []

  async rows() {
    return this.book
  }

  async store(report: Reconciliation) {
    this.kept.push(report)
  }
}
