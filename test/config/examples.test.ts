import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { environmentNames } from '../../config/env/env-schema.ts'
import { parseFile } from '../../config/file/parse-file.ts'
import { coldWallet, keeper } from '../harness/factories/a-config.ts'

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')

test('.env.example names every variable of the schema and no other', () => {
  const names = [...read('.env.example').matchAll(/^(\w+)=/gm)].map(([, name]) => name)
  expect(names.sort()).toEqual([...environmentNames].sort())
})

test("coldsweep.example.yaml is valid once the operator's addresses are filled in", () => {
  const text = read('coldsweep.example.yaml')
    .replaceAll('<your cold wallet>', coldWallet)
    .replaceAll('<your gas keeper>', keeper)
  const { file, errors } = parseFile(text)
  expect(errors).toEqual([])
  expect(file?.chains.map(({ name }) => name)).toEqual(['bsc', 'ethereum'])
})

test('coldsweep.example.yaml is rejected only for its address placeholders', () => {
  const { errors } = parseFile(read('coldsweep.example.yaml'))
  expect(errors.map(({ path }) => path)).toEqual([
    'chains[0].coldWallet',
    'chains[0].gasKeeper.address',
    'chains[1].coldWallet',
    'chains[1].gasKeeper.address',
  ])
})

test('the optional part of coldsweep.example.yaml shows the defaults', () => {
  const text = read('coldsweep.example.yaml')
    .replaceAll('<your cold wallet>', coldWallet)
    .replaceAll('<your gas keeper>', keeper)
  const withoutOptional = text.slice(0, text.indexOf('# Everything below is optional'))
  expect(parseFile(withoutOptional).file).toMatchObject({
    ...parseFile(text).file,
    chains: expect.any(Array),
  })
})
