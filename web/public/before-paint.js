// Runs in the head, before anything is painted, so that a dark page never flashes light. A file and
// not an inline script, because the Content-Security-Policy allows none. It is sent as it stands here.
;(() => {
  const root = document.documentElement
  let theme = null
  try {
    theme = localStorage.getItem('latchkey.theme')
    root.lang = localStorage.getItem('latchkey.language') || root.lang
  } catch (_refused) {
    // Storage may be switched off; then the system decides.
  }
  if (theme !== 'light' && theme !== 'dark') {
    theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  }
  root.setAttribute('data-mantine-color-scheme', theme)
})()
