import { violationsIn } from './violations.ts'

/**
 * Prints the violations of docs/writing.md, by default in the whole repository. Exits with 1 if it
 * finds a violation: `node --import tsx test/house/language/check.ts <folder or file>…`
 */
const paths = process.argv.slice(2)
const found = (paths.length > 0 ? paths : ['.']).flatMap(violationsIn)
process.stdout.write([...found, `${found.length} violations`, ''].join('\n'))
process.exitCode = found.length > 0 ? 1 : 0
