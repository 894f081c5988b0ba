class Base { constructor() { log('base') } }
class A extends Base { constructor() { return super[super()] } }
class C extends Base { constructor() { super[super()] = 1 } }
for (const one of [A, C]) try { new one() } catch (e) { log(e.name) }
