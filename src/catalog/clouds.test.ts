import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findCloud } from './clouds.ts'

test('a cloud goes by its name, and by the hosts where it signs people in or serves Graph', () => {
  for (const [text, graph] of [
    ['public', 'graph.microsoft.com'],
    ['sts.windows.net', 'graph.microsoft.com'],
    ['us-government', 'graph.microsoft.us'],
    ['login.microsoftonline.us', 'graph.microsoft.us'],
    ['dod-graph.microsoft.us', 'dod-graph.microsoft.us'],
    ['China', 'microsoftgraph.chinacloudapi.cn'],
    ['login.chinacloudapi.cn', 'microsoftgraph.chinacloudapi.cn'],
  ] as const)
    assert.equal(findCloud(text)?.graph, graph, text)
  assert.equal(findCloud('login.example'), undefined)
  assert.equal(findCloud(''), undefined)
})
