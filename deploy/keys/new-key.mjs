// Makes a new private key for a gas keeper, writes it to a file that does not exist yet, and prints
// its address: node deploy/keys/new-key.mjs FILE. docs/operating.md, "A keeper's key".
import { writeFileSync } from 'node:fs'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'

const [, , file] = process.argv
if (file === undefined) throw new Error('usage: node new-key.mjs FILE')
const key = generatePrivateKey()
try {
  writeFileSync(file, `${key}\n`, { flag: 'wx', mode: 0o600 })
} catch (error) {
  const taken = 'exists: it may hold a key that owns money, so it is not replaced'
  process.stderr.write(`${file} ${error.code === 'EEXIST' ? taken : `(${error.message})`}\n`)
  process.exit(1)
}
process.stdout.write(`${privateKeyToAccount(key).address}\n`)
