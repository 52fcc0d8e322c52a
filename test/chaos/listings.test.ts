import { chaosTable } from './frame/chaos-table.ts'
import { cutAnswers } from './oddities/cut-answers.ts'
import { listings } from './oddities/listings.ts'

/** Runs coldsweep on nodes that list blocks and logs in odd ways, or omit logs. */
chaosTable([...listings, ...cutAnswers])
