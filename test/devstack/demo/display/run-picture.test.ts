import { expect, test } from 'vitest'
import { runPicture } from '../../../../devstack/demo/display/run-picture.ts'

const run = `run 0123456789, services up in 9.6 s
  17.7s  carol 0x22d2…EF12  250.75 PLAIN     detected
  18.4s  bob   0x22d2…EF12  0.8 ETH          detected
  28.4s  · the gas keeper is refilled with 1 ETH
  29.0s  grace 0x34E1…31F0  500 PAUSE        → needs-attention(token-refused): a < b && ${'c'.repeat(90)}

  asset   deposited
  PLAIN   363.15
  ok  gas once         no token sweep was given gas twice

PASS in 51 s
nothing left running
`

const picture = runPicture(run)

test('the picture of a run contains notes, some customers, sums and the verdict, and omits the other lines', () => {
  for (const part of ['28.4s', 'carol', 'grace', '363.15', 'gas once', 'PASS in 51 s'])
    expect(picture).toContain(part)
  for (const part of ['bob', 'services up', 'nothing left']) expect(picture).not.toContain(part)
})

test('the picture of a run escapes its text and cuts long lines', () => {
  expect(picture).toContain('a &lt; b &amp;&amp; c')
  expect(picture).toContain('c…</text>')
})

test('the picture of a run colours states', () => {
  expect(picture).toContain('<tspan fill="#ff7b72">needs-attention(token-refused)</tspan>')
})
