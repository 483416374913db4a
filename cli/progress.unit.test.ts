import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { progressTo } from './progress.ts'

test('progress is one line a step, with the seconds, and no line twice in a row', async () => {
  const stream = new PassThrough()
  const progress = progressTo(stream)
  for (const line of ['a', 'a', 'b', 'a']) progress(line)
  stream.end()
  const lines = (await text(stream)).split('\n')
  expect(lines.map((line) => line.replace(/^ +\d+\.\d s {2}/, ''))).toEqual(['a', 'b', 'a', ''])
})
