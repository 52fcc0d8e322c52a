import { readFileSync, writeFileSync } from 'node:fs'
import { runPicture } from './demo/display/run-picture.ts'

// `npm start -- --once | npx tsx devstack/record-run.ts` draws the picture of the README.
writeFileSync(new URL('../docs/run.svg', import.meta.url), runPicture(readFileSync(0, 'utf8')))
