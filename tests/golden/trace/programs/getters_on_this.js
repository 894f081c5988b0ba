const o = { _v: 1, get v() { return this._v }, set v(x) { this._v = x * 2 }, get [`w`]() { return this.v } };
o.v = 4; log(o.v, o.w, Object.getOwnPropertyDescriptor(o, 'v').get.name);
