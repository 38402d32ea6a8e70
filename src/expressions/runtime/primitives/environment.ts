import { defineType } from '../../types/define-type.ts'

/** API Management's gateway runs on Windows: its lines end so. */
export const newLine = '\r\n'

/** No machine's own facts: an expression may learn how lines end and how long this process has run. */
export const environmentType = defineType('static class System.Environment', {
  'static string NewLine { get; }': () => newLine,
  'static int TickCount { get; }': () => Math.trunc(performance.now()) | 0,
  'static int ProcessorCount { get; }': () => 1,
})
