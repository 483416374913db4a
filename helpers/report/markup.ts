import { xmlSafe } from './xml.ts'

/** Text that is markup already. Whatever is a string is not, and is escaped where it is put in. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type Content = string | number | Markup | readonly Content[]

/** An element, as HTML and XML both read it: one that may hold something has an end of its own. */
export function tag(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>> = {},
  ...content: readonly Content[]
): Markup {
  const pairs = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escapeText(String(value))}"`],
  )
  return new Markup(`<${name}${pairs.join('')}>${written(content)}</${name}>`)
}

/** Puts parts behind one another. */
export function joined(...content: readonly Content[]): Markup {
  return new Markup(written(content))
}

function written(content: Content): string {
  if (content instanceof Markup) return content.text
  if (typeof content === 'string' || typeof content === 'number') return escapeText(String(content))
  return content.map(written).join('')
}

/** What a cluster says of itself is text wherever it is put: between elements, and in attributes. */
function escapeText(text: string): string {
  return xmlSafe(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
