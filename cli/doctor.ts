import type { ConfigInput } from '../helpers/config.ts'
export async function doctor(_flags: ConfigInput, _env: NodeJS.ProcessEnv): Promise<number> {
  return 0
}
