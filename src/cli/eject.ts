import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { parse } from 'yaml'
import { counted } from '../catalog/counted.ts'
import { ejectShortForm, type SpecificationText } from '../workspace/short-form/eject.ts'
import { type Command, UsageError } from './command.ts'
import { countDiagnostics, printDiagnostics } from './print-diagnostics.ts'
import { readAsAsked } from './read-as-asked.ts'
import { workspaceFolder } from './workspace-folder.ts'

export const ejectCommand: Command = {
  name: 'eject',
  summary: 'write the APIs and products of gatehouse.yaml as API Management artifacts',
  usage: ['eject [WORKSPACE] --out FOLDER [--environment NAME] [--force] [--json]'],
  details: `
What is written deploys to Azure unchanged (the layout is that of APIOps): each API with its specification, its policy and one policy an operation, each
product with its policy. Served from there, the same callers may do the same. Artifacts that are files already stay where they are.
Exits 1 when the workspace has errors.`,
  options: {
    out: { type: 'string', value: 'FOLDER', help: 'where to write; made when it is not there' },
    environment: { type: 'string', value: 'NAME', help: 'lay configuration.NAME.yaml over them first' },
    force: { type: 'boolean', help: 'write over files that are there' },
    json: { type: 'boolean', help: 'print the paths as a JSON array' },
  },
  positionals: { min: 0, max: 1 },
  async run(args, io) {
    const out = args.text('out')
    if (out === undefined) throw new UsageError('--out says where the artifacts are written')
    const folder = workspaceFolder(args.positionals[0], io)
    const { catalog, errors, sound } = await readAsAsked(folder, args, io, false)
    printDiagnostics(errors, io.stderr, io.env)
    if (!sound) {
      io.stderr.write(`${countDiagnostics(errors)}: mend them first\n`)
      return 1
    }
    const settingsFile = ['gatehouse.yaml', 'gatehouse.yml'].map(name => join(folder, name)).find(existsSync)
    const specifications = settingsFile === undefined ? new Map() : specificationsOf(settingsFile)
    const files = settingsFile === undefined ? [] : ejectShortForm(catalog, settingsFile, specifications)
    if (files.length === 0) throw new UsageError(`${folder} has no APIs in the short form (apis: of gatehouse.yaml)`)
    const target = resolve(io.cwd, out)
    const paths = files.map(({ path }) => join(target, path))
    const there = paths.find(existsSync)
    if (there !== undefined && !args.flag('force')) throw new UsageError(`${there} is there already; --force writes over it`)
    for (const { path, text } of files) {
      mkdirSync(dirname(join(target, path)), { recursive: true })
      writeFileSync(join(target, path), text)
    }
    const shown = paths.map(path => relative(io.cwd, path))
    io.stdout.write(args.flag('json') ? `${JSON.stringify(shown, null, 2)}\n` : shown.map(path => `${path}\n`).join(''))
    io.stderr.write(`${counted(files.length, 'file')} written; identity and directory stay in ${basename(settingsFile ?? '')}\n`)
    return 0
  },
}

/** The specifications as they are written, by the names of their APIs. The workspace was read without a fault before. */
function specificationsOf(settingsFile: string): ReadonlyMap<string, SpecificationText> {
  const settings: unknown = parse(readFileSync(settingsFile, 'utf8'))
  const apis = isObject(settings) && isObject(settings.apis) ? Object.entries(settings.apis) : []
  return new Map(
    apis.flatMap(([name, api]) => {
      if (!isObject(api) || typeof api.openapi !== 'string') return []
      const path = resolve(dirname(settingsFile), api.openapi)
      const extension = extname(path).toLowerCase() === '.json' ? 'json' : 'yaml'
      return [[name, { text: readFileSync(path, 'utf8'), extension }] as const]
    }),
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
