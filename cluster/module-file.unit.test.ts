import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { kubernetesVersionOf, moduleFileFor } from './module-file.ts'
import { kindDefaults } from './options.ts'

const checkedIn = readFileSync(join(import.meta.dirname, 'modules/kubernetes/go.mod'), 'utf8')

describe('module file of Kubernetes', () => {
  it('is checked in for the default version', () => {
    expect(kubernetesVersionOf(checkedIn)).toBe(kindDefaults.kubernetesVersion)
  })

  it('is taken as it is for that version', () => {
    expect(moduleFileFor(checkedIn, kindDefaults.kubernetesVersion)).toBe(checkedIn)
  })

  it('moves the release and every staging module for another version', () => {
    const other = moduleFileFor(checkedIn, '1.35.4')
    expect(kubernetesVersionOf(other)).toBe('1.35.4')
    expect(other).toContain('k8s.io/api => k8s.io/api v0.35.4')
    expect(other).not.toMatch(/v0\.36|v1\.36/)
    const staging = (text: string) => text.split('\n').filter((line) => line.includes('=> k8s.io/')).length
    expect(staging(other)).toBe(staging(checkedIn))
  })

  it('keeps the tools that are built', () => {
    expect(moduleFileFor(checkedIn, '1.35.4')).toContain('\tk8s.io/kubernetes/cmd/kubelet\n')
  })
})
