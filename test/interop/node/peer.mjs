// SPDX-License-Identifier: Apache-2.0
// The PASETO libraries of npm, driven by test/interop/paseto_npm.py: a JSON object a line in,
// one a line out. {"op","lib","version","purpose","key","claims"|"token","footer","assertion"}
// answers {"token"}, {"claims","footer"}, {"key","public"} or {"error"}.
import { createInterface } from 'node:readline'
import { webcrypto } from 'node:crypto'

globalThis.crypto ??= webcrypto // Node 18

const { LocalProtocol, PublicProtocol } = await import('paseto')
const { default: paseto3 } = await import('paseto3')
const ts = await import('paseto-ts/v4')

const bytes = (text) => (text === undefined ? undefined : new TextEncoder().encode(text))
const text = (footer) => (footer && footer.length ? new TextDecoder().decode(footer) : null)
const clean = (options) => Object.fromEntries(Object.entries(options).filter(([, v]) => v !== undefined))
const modules = {}

// paseto 4: a protocol is put together from the capabilities that are wanted.
async function four(version, purpose) {
  const name = `paseto/v${version}/${purpose}`
  if (!modules[name]) {
    const m = await import(name)
    modules[name] =
      purpose === 'local'
        ? new LocalProtocol(m.EncryptFactory, m.DecryptFactory, m.GenerateKeyFactory, m.ImportKeyFactory, m.ExportKeyFactory)
        : new PublicProtocol(m.SignFactory, m.VerifyFactory, m.GenerateKeyPairFactory, m.ImportPublicKeyFactory,
            m.ImportSecretKeyFactory, m.ExportPublicKeyFactory, m.ExportSecretKeyFactory)
  }
  return modules[name]
}

const libs = {
  paseto4: {
    async key({ version, purpose }) {
      const p = await four(version, purpose)
      if (purpose === 'local') return { key: await p.ExportKey(await p.GenerateKey({ extractable: true })) }
      const pair = await p.GenerateKeyPair({ extractable: true })
      return { key: await p.ExportSecretKey(pair.secretKey), public: await p.ExportPublicKey(pair.publicKey) }
    },
    async seal({ version, purpose, key, claims, footer, assertion }) {
      const p = await four(version, purpose)
      const options = clean({ footer: bytes(footer), implicitAssertion: bytes(assertion) })
      if (purpose === 'local') return { token: await p.Encrypt(await p.ImportKey(key), claims, options) }
      return { token: await p.Sign(await p.ImportSecretKey(key), claims, options) }
    },
    async open({ version, purpose, key, token, assertion }) {
      const p = await four(version, purpose)
      const options = clean({ implicitAssertion: bytes(assertion), allowNonExpiring: true })
      const got =
        purpose === 'local'
          ? await p.Decrypt(await p.ImportKey(key), token, options)
          : await p.Verify(await p.ImportPublicKey(key), token, options)
      return { claims: got.claims, footer: text(got.footer) }
    },
  },
  paseto3: {
    async key({ version, purpose }) {
      const made = await paseto3[`V${version}`].generateKey(purpose, { format: 'paserk' })
      return purpose === 'local' ? { key: made } : { key: made.secretKey, public: made.publicKey }
    },
    async seal({ version, purpose, key, claims, footer, assertion }) {
      const v = paseto3[`V${version}`]
      const options = clean({ footer, assertion, expiresIn: '1h' })
      return { token: await (purpose === 'local' ? v.encrypt : v.sign)(claims, key, options) }
    },
    async open({ version, purpose, key, token, assertion }) {
      const v = paseto3[`V${version}`]
      const options = clean({ assertion, complete: true })
      const got = await (purpose === 'local' ? v.decrypt : v.verify)(token, key, options)
      return { claims: got.payload, footer: text(got.footer) }
    },
  },
  'paseto-ts': {
    async key({ purpose }) {
      const made = ts.generateKeys(purpose)
      return purpose === 'local' ? { key: made } : { key: made.secretKey, public: made.publicKey }
    },
    async seal({ purpose, key, claims, footer, assertion }) {
      const options = clean({ footer, assertion })
      return { token: await (purpose === 'local' ? ts.encrypt : ts.sign)(key, claims, options) }
    },
    async open({ purpose, key, token, assertion }) {
      const options = clean({ assertion })
      const got = await (purpose === 'local' ? ts.decrypt : ts.verify)(key, token, options)
      return { claims: got.payload, footer: typeof got.footer === 'string' ? got.footer || null : got.footer }
    },
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer
  try {
    const question = JSON.parse(line)
    answer = await libs[question.lib][question.op](question)
  } catch (error) {
    answer = { error: String(error?.message ?? error) }
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
}
