import { XMLValidator } from 'fast-xml-parser'
import { expect, test } from 'vitest'
import { dotText, mermaidText, stateGraph, stateSvg } from '#diagram'
import { machine } from './designs.ts'

const graph = () => {
  const module = machine()
  const [first] = module.machines
  if (first === undefined) throw new Error('there is no machine')
  return stateGraph(module, first)
}

test('transitions say what has to hold, by the names of the source', () => {
  expect(graph()).toMatchInlineSnapshot(`
    {
      "first": "idle",
      "name": "server.state",
      "states": [
        "idle",
        "run "fast"",
        "done",
      ],
      "transitions": [
        {
          "conditions": [
            "both_held",
          ],
          "from": "idle",
          "to": "done",
        },
        {
          "conditions": [
            "not both_held and go",
          ],
          "from": "idle",
          "to": "run "fast"",
        },
        {
          "conditions": [
            "stop",
            "not stop and state < cat(go, stop)",
          ],
          "from": "run "fast"",
          "to": "done",
        },
        {
          "conditions": [
            "",
          ],
          "from": "done",
          "to": "idle",
        },
      ],
    }
  `)
})

test('as Mermaid', () => {
  expect(mermaidText(graph())).toMatchInlineSnapshot(`
    "stateDiagram-v2
      state "idle" as s0
      state "run 'fast'" as s1
      state "done" as s2
      [*] --> s0
      s0 --> s2 : both_held
      s0 --> s1 : not both_held and go
      s1 --> s2 : stop or (not stop and state < cat(go, stop))
      s2 --> s0
    "
  `)
})

test('as a graph of Graphviz', () => {
  expect(dotText(graph())).toMatchInlineSnapshot(`
    "digraph "server.state" {
      rankdir=LR
      node [shape=box, style=rounded]
      "idle" [peripheries=2]
      "run \\"fast\\""
      "done"
      "idle" -> "done" [label="both_held"]
      "idle" -> "run \\"fast\\"" [label="not both_held and go"]
      "run \\"fast\\"" -> "done" [label="stop or (not stop and state < cat(go, stop))"]
      "done" -> "idle"
    }
    "
  `)
})

test('as a picture with every state, the first one marked, the same each time', async () => {
  const picture = await stateSvg(graph())

  expect(XMLValidator.validate(picture)).toBe(true)
  expect(picture).toContain('<title>idle: after reset</title>')
  expect(picture).toContain('run &quot;fast&quot;')
  expect(picture).toContain('both_held')
  expect(await stateSvg(graph())).toBe(picture)
})
