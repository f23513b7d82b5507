import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './providers/brought.ts'
import './look/mantine.ts'
import './look/global.css'
import { colorSchemeManager, cssVariables, theme } from './look/theme.ts'
import { queryClient } from './queries.ts'
import { router } from './routes.tsx'
import { startTexts } from './texts/language.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element with the id "root"')

// The texts of one language are a file of their own; nothing is drawn in keys meanwhile.
await startTexts()

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
