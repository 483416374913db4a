/** Prints each step on a line of its own with the seconds since the start, and no line twice in a row. */
export function progressTo(stream: NodeJS.WritableStream): (line: string) => void {
  const started = performance.now()
  let last = ''
  return (line) => {
    if (line === last) return
    last = line
    const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6)
    stream.write(`${seconds} s  ${line}\n`)
  }
}
