import assert from 'node:assert/strict'
import { test } from 'node:test'
import { didYouMean, nearestName } from './near-names.ts'

test('a swapped, missing or wrong letter finds the name that was meant', () => {
  assert.equal(nearestName('gatewya', ['gateway', 'portal']), 'gateway')
  assert.equal(nearestName('gatway', ['gateway', 'portal']), 'gateway')
  assert.equal(nearestName('GATEWAY', ['gateway']), 'gateway')
})

test('what is nothing like any name finds none', () => {
  assert.equal(nearestName('zebra', ['gateway', 'portal']), undefined)
})

test('without a near name the mend lists the names that there are', () => {
  assert.equal(didYouMean('zebra', ['a-name', 'b-name']), "there are 'a-name', 'b-name'")
  assert.equal(didYouMean('zebra', []), undefined)
})
