import { chaosTable } from './frame/chaos-table.ts'
import { cutAnswers } from './oddities/cut-answers.ts'
import { listings } from './oddities/listings.ts'

chaosTable([...listings, ...cutAnswers])
