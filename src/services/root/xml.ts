/** Elements of an XML text, in order, without the parser's own notation. */
import { XMLParser, XMLValidator } from 'fast-xml-parser'

export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  /** Where it begins in the text, from 1 on. */
  readonly line: number
}

/** Where and why a text is not XML. */
export class XmlError extends Error {
  readonly line: number
  readonly column: number

  constructor(message: string, line: number, column: number) {
    super(message)
    this.name = 'XmlError'
    this.line = line
    this.column = column
  }
}

/**
 * The elements at the top of an XML text.
 *
 * Rejects: XmlError.
 */
export const parseXml = (text: string): readonly Element[] => {
  const valid = XMLValidator.validate(text)
  if (valid !== true) throw new XmlError(valid.err.msg, valid.err.line, valid.err.col)
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    captureMetaData: true,
  })
  return elements(parser.parse(text), text)
}

const attributesKey = ':@'

const elements = (nodes: unknown, text: string): readonly Element[] => {
  if (!Array.isArray(nodes)) return []
  return nodes.flatMap((node: Record<string, unknown>) => {
    const name = Object.keys(node).find((key) => key !== attributesKey)
    if (name === undefined || name === '#text') return []
    const attributes = (node[attributesKey] ?? {}) as Record<string, string>
    const place = Reflect.get(node, XMLParser.getMetaDataSymbol() as symbol) as
      { readonly startIndex?: number } | undefined
    const line = text.slice(0, place?.startIndex ?? 0).split('\n').length
    return [{ name, attributes, children: elements(node[name], text), line }]
  })
}
