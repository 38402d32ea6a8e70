// npm and npx pass the signal that ends them on to the shell between, and most shells die of it alone: without this, the gateway would serve on.
if (['start', 'npx'].includes(process.env.npm_lifecycle_event ?? '')) {
  const shell = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 500)
  watch.unref()
}
