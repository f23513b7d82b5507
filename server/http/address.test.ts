// runs once
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressResolver } from './address.ts'

test('without trusted proxies the socket’s address counts, whatever a header says', () => {
  const resolve = addressResolver([])
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.constant(undefined)), (header) => {
      assert.deepEqual(resolve('203.0.113.9', header), { address: '203.0.113.9', block: '203.0.113.9' })
    }),
  )
})

test('of several hops the nearest that is no trusted proxy is the caller', () => {
  const resolve = addressResolver(['10.0.0.0/8', '2001:db8:ff::/48'])
  const cases: [socket: string, header: string | undefined, caller: string][] = [
    ['10.0.0.1', '198.51.100.7', '198.51.100.7'],
    ['10.0.0.1', '1.2.3.4, 198.51.100.7', '198.51.100.7'],
    ['10.0.0.1', '1.2.3.4, 198.51.100.7, 10.9.9.9', '198.51.100.7'],
    ['10.0.0.1', ' 198.51.100.7 ,10.9.9.9', '198.51.100.7'],
    ['10.0.0.1', '2001:db8:ff::1, 10.2.2.2', '2001:db8:ff::1'],
    ['2001:db8:ff::1', '2001:db8:1::5', '2001:db8:1::5'],
    ['10.0.0.1', '10.0.0.2, 10.0.0.3', '10.0.0.2'],
    ['10.0.0.1', undefined, '10.0.0.1'],
    ['10.0.0.1', '', '10.0.0.1'],
    ['198.51.100.1', '1.2.3.4', '198.51.100.1'],
    ['11.0.0.1', '1.2.3.4', '11.0.0.1'],
    ['::ffff:10.0.0.1', '198.51.100.7', '198.51.100.7'],
    ['10.0.0.1', '::ffff:198.51.100.7', '198.51.100.7'],
    ['10.0.0.1', '[2001:db8:1::5]:4711', '2001:db8:1::5'],
  ]
  for (const [socket, header, caller] of cases) {
    assert.equal(resolve(socket, header).address, caller, `${socket} via ${header}`)
  }
})

test('what a trusted proxy passes on that is no address leaves the proxy as the last that is known', () => {
  const resolve = addressResolver(['10.0.0.0/8'])
  const garbage = [
    'unknown',
    '127.1',
    '0x7f000001',
    '2130706433',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.400',
    '_hidden',
    '<b>',
  ]
  for (const header of [...garbage, '1.2.3.4, nonsense', `1.2.3.4,${' '.repeat(9)}`]) {
    assert.equal(resolve('10.0.0.1', header).address, '10.0.0.1', header)
  }
  assert.equal(resolve('10.0.0.1', 'nonsense, 198.51.100.7').address, '198.51.100.7')
})

test('any header at all gives one address, in its one spelling', () => {
  const resolve = addressResolver(['0.0.0.0/0', '::/0'])
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.array(fc.oneof(fc.ipV4(), fc.ipV6())).map(String)), (header) => {
      const { address, block } = resolve('192.0.2.1', header)
      assert.deepEqual(resolve(address, undefined), { address, block })
    }),
  )
})

test('an IPv6 caller counts by its /64 and an IPv4 caller alone', () => {
  const resolve = addressResolver([])
  const block = (address: string) => resolve(address, undefined).block
  assert.equal(block('2001:db8:1:2:3:4:5:6'), block('2001:db8:1:2:ffff::'))
  assert.notEqual(block('2001:db8:1:2::1'), block('2001:db8:1:3::1'))
  assert.equal(block('2001:0DB8:0001:0002::1'), '2001:db8:1:2::/64')
  assert.equal(block('::ffff:192.0.2.1'), '192.0.2.1')
  assert.notEqual(block('192.0.2.1'), block('192.0.2.2'))
  assert.equal(block('fe80::1%eth0'), 'fe80:0:0:0::/64')
})

test('a socket without an address that can be read is one unknown caller', () => {
  assert.deepEqual(addressResolver([])('', undefined), { address: 'unknown', block: 'unknown' })
})
