type Attributes = Readonly<Record<string, string | number>>

/** A part of a document: an element holds either other elements or a text. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Attributes
  readonly content: readonly XmlElement[] | string
}

export function element(
  name: string,
  attributes: Attributes,
  content: readonly XmlElement[] | string = [],
): XmlElement {
  return { name, attributes, content }
}

/** Writes a whole document, indented, with every white space of a text kept. */
export function xmlDocument(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${written(root, '')}\n`
}

/** Takes out what XML 1.0 cannot hold in any form: control characters, lone surrogates, U+FFFE and U+FFFF. */
export function xmlSafe(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters to take out are exactly these.
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '')
}

function written({ name, attributes, content }: XmlElement, indent: string): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapedAttribute(String(value))}"`)
  const open = `${indent}<${name}${pairs.join('')}`
  if (content.length === 0) return `${open}/>`
  if (typeof content === 'string') return `${open}>${escaped(content)}</${name}>`
  const children = content.map((child) => written(child, `${indent}  `))
  return `${open}>\n${children.join('\n')}\n${indent}</${name}>`
}

function escaped(text: string): string {
  return xmlSafe(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')
}

/** A parser turns literal tabs and line ends in attributes into spaces, so they are written as references. */
function escapedAttribute(text: string): string {
  return escaped(text).replaceAll('"', '&quot;').replaceAll('\t', '&#9;').replaceAll('\n', '&#10;')
}
