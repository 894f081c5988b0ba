// class without a constructor
const k = module.exports = { A: /*F*/class { x = 1 }, run: () => new k.A().x };
