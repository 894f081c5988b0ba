function f() { return 0x10 + 1e3 + .5 + 5. + 0b11 + 0o17 + 1_000 + Number(10n) } log(f(), 5..toString())
