import type { CDPSession, Page } from 'playwright-core'

export interface VirtualAuthenticator {
  /** Whether the person passes the check of finger, face or PIN. */
  verifies(isVerified: boolean): Promise<void>
  credentials(): Promise<{ credentialId: string }[]>
  forget(credentialId: string): Promise<void>
}

/** A device that keeps passkeys, in Chromium's own simulation (DevTools protocol, domain WebAuthn). */
export async function addAuthenticator(page: Page): Promise<VirtualAuthenticator> {
  const devtools: CDPSession = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable', { enableUI: false })
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    async verifies(isUserVerified) {
      await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
    },
    async credentials() {
      const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId })
      return credentials
    },
    async forget(credentialId) {
      await devtools.send('WebAuthn.removeCredential', { authenticatorId, credentialId })
    },
  }
}
