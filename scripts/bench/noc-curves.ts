/** Latency over offered rate as SVG: one file per network. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { measure } from '#sim/traffic'
import { curvesSvg } from './noc-svg.ts'
import { type NocSettings, networkOf, type Shape, variants, variantText } from './noc-networks.ts'

const folder = 'out/bench'

interface Curve {
  readonly variant: keyof typeof variants
  readonly lengths: number
}

const charts: readonly { readonly shape: Shape; readonly curves: readonly Curve[] }[] = [
  {
    shape: '2x2x3',
    curves: [
      { variant: 'plain', lengths: 1 },
      { variant: 'twoDeepVcs', lengths: 1 },
      { variant: 'plain', lengths: 33 },
    ],
  },
  {
    shape: '4x4',
    curves: [
      { variant: 'plain', lengths: 1 },
      { variant: 'twoVcs', lengths: 1 },
      { variant: 'twoVcs', lengths: 5 },
    ],
  },
]

/** Draws the charts, with a seed and a quarter of the cycles; returns their files. */
export const drawCurves = (settings: NocSettings): readonly string[] =>
  charts.map(({ shape, curves }) => {
    const drawn = curves.map(({ variant, lengths }) => {
      const { carrier, network } = networkOf(shape, variants[variant], settings)
      const points: { readonly rate: number; readonly latency: number }[] = []
      for (let twentieths = 1; twentieths < 20; twentieths++) {
        const rate = twentieths / 20
        settings.onProgress(`curve, ${shape}, ${variantText(variant)}, ${lengths} flits, at ${rate}`)
        const { accepted, latency } = measure(carrier, network, {
          ...{ pattern: { kind: 'uniform' }, lengths, rate, seed: settings.seeds[0]! },
          ...{ warmUp: settings.warmUp / 2, cycles: settings.cycles / 4, drain: true },
        })
        if (accepted < 0.95 * rate) break
        points.push({ rate, latency: latency.mean })
      }
      return { name: `${variantText(variant)}, ${lengths} ${lengths === 1 ? 'flit' : 'flits'}`, points }
    })
    mkdirSync(folder, { recursive: true })
    const file = `${folder}/noc-${shape}.svg`
    writeFileSync(file, curvesSvg(`uniform traffic, ${shape}`, drawn))
    return file
  })
