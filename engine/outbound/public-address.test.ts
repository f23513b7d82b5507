// runs once
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPublicAddress } from './public-address.ts'

test('D4: addresses of the public internet are public', () => {
  for (const address of [
    '8.8.8.8',
    '1.1.1.1',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700:4700::1111',
    '2a00:1450::1',
  ])
    assert.equal(isPublicAddress(address), true, address)
})

test('D4: no other address is, however it is written', () => {
  for (const address of [
    // This machine.
    '127.0.0.1',
    '127.1.2.3',
    '0.0.0.0',
    '0.1.2.3',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::127.0.0.1',
    // Inner networks, a carrier's, neighbours.
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '100.100.100.200',
    'fd00::1',
    'fc00::1',
    'fe80::1',
    'fe80::1%eth0',
    '2606:4700:4700::1111%eth0',
    'fec0::1',
    // Metadata of clouds.
    '169.254.169.254',
    '169.254.0.1',
    '168.63.129.16',
    '192.0.0.192',
    'fd00:ec2::254',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    // IPv4 through a translator.
    '64:ff9b::7f00:1',
    '64:ff9b::169.254.169.254',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2002:a9fe:a9fe::1',
    '2001:0:7f00:1::1',
    '::ffff:0:127.0.0.1',
    // Everybody, nobody, documentation, tests.
    '224.0.0.1',
    '255.255.255.255',
    '240.0.0.1',
    '192.0.2.1',
    '198.51.100.1',
    '203.0.113.1',
    '198.18.0.1',
    '192.88.99.1',
    'ff02::1',
    '2001:db8::1',
    '100::1',
    '3fff::1',
    '4000::1',
    '5f00::1',
    // No addresses, though some programs read them as such.
    '',
    'localhost',
    '1',
    '2130706433',
    '0x7f000001',
    '127.1',
    '0177.0.0.1',
    '8.8.8.8 ',
    '[::1]',
  ]) {
    assert.equal(isPublicAddress(address), false, address)
  }
})
