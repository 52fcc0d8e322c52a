import { readFileSync, writeFileSync } from 'node:fs'
import { runPicture } from './demo/display/run-picture.ts'

// Draws the picture of the README: `npm start -- --once | npx tsx devstack/record-run.ts`.
writeFileSync(new URL('../docs/run.svg', import.meta.url), runPicture(readFileSync(0, 'utf8')))
