function f(o){ return o.a + o['b'] + o[0] + o[`c`] } log(f({a:1,b:2,0:3,c:4}))
